"""Stops the service of a session in the middle of it, by systemctl stop.

Usage: stop.py CERTIFICATE INIT COMMAND...
INIT is process 1 of the machine, COMMAND runs a command in it.
"""

import contextlib
import pathlib
import subprocess
import sys
import tempfile
import time

from smtp import Client

CERTIFICATE, INIT, INSIDE = sys.argv[1], sys.argv[2], sys.argv[3:]
MESSAGE = b"From: a@example.org\r\nSubject: stopped\r\n\r\nhi\r\n"


def instance(client):
    return f"mailpit@*-127.0.0.1:{client.port}.service"


def stop(client):
    subprocess.run([*INSIDE, "systemctl", "stop", instance(client)], check=True)


def before_tls():
    client = Client.to()
    client.reply(220)
    stop(client)
    client.reply("421 4.3.2")
    client.take_end()


def within_a_message():
    client = Client.to()
    client.start_tls(CERTIFICATE)
    client.begin_message()
    client.send(MESSAGE)
    stop(client)
    client.reply("421 4.3.2")


def while_storing():
    """The message is on its way to the disk, for two seconds, when the service is stopped."""
    client = Client.to()
    client.start_tls(CERTIFICATE)
    client.begin_message()
    with slow_fsync(process_of(client)) as is_storing:
        client.send(MESSAGE + b".\r\n")
        wait_for(is_storing)
        stop(client)
    return client.reply(250).split()[5]


def process_of(client):
    """The main process of the session, as its number is here."""
    show = [*INSIDE, "systemctl", "show", "--property=MainPID", "--value", instance(client)]
    inner = subprocess.run(show, check=True, capture_output=True, text=True).stdout.strip()
    namespace = pathlib.Path(f"/proc/{INIT}/ns/pid").readlink()
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (process / "ns/pid").readlink() != namespace:
                continue
            for line in (process / "status").read_text().splitlines():
                if line.startswith("NSpid:") and line.split()[-1] == inner:
                    return process.name
    raise AssertionError(f"no process {inner} in the machine")


@contextlib.contextmanager
def slow_fsync(process):
    """Lets each fsync(2) of the process take a second more; gives what tells that one has begun."""
    with tempfile.NamedTemporaryFile("r", encoding="ascii") as log:
        tracer = subprocess.Popen(
            ["strace", "-qq", "-p", process, "-o", log.name, "-e", "trace=fsync",
             "-e", "inject=fsync:delay_enter=1000000"], stderr=subprocess.PIPE, text=True)
        try:
            wait_for(lambda: is_traced(process) or ended(tracer))
            yield lambda: "fsync(" in pathlib.Path(log.name).read_text() or ended(tracer)
        finally:
            tracer.terminate()
            tracer.communicate()


def is_traced(process):
    return "TracerPid:\t0\n" not in pathlib.Path(f"/proc/{process}/status").read_text()


def ended(tracer):
    if tracer.poll() is not None:
        raise AssertionError(f"strace: {tracer.communicate()[1]}")
    return False


def wait_for(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "what is waited for does not come"
        time.sleep(0.01)


before_tls()
within_a_message()
print(while_storing())
