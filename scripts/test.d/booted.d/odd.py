"""Sessions that are odd in one way each. Usage: odd.py CERTIFICATE KIND [ARGUMENT...]"""

import collections
import concurrent.futures
import contextlib
import pathlib
import subprocess
import sys
import tempfile
import time

from smtp import Client, Ended

CERTIFICATE = sys.argv[1]
MESSAGE = b"From: a@example.org\r\nSubject: odd\r\n\r\nhi\r\n"


def greeted():
    client = Client.to()
    client.reply(220)
    return client


def in_tls():
    client = Client.to()
    client.start_tls(CERTIFICATE)
    return client


def within_message():
    client = in_tls()
    client.begin_message()
    client.send(MESSAGE)
    return client


def ends(client):
    """Ends its message, and prints the name."""
    client.send(b".\r\n")
    print(client.reply(250).split()[5])
    client.quit()


def has_many_recipients(count):
    """Delivers to so many, whose addresses have 900 octets each, as many as they may, and prints the name."""
    client = in_tls()
    client.begin_message(recipients=[f"{index:0888}@example.org" for index in range(int(count))])
    client.send(MESSAGE)
    ends(client)


def meanwhile(*command):
    """Delivers a message, in the middle of which it runs a command, and prints its name."""
    client = within_message()
    subprocess.run(command, check=True)
    ends(client)


def burst(count=500, seconds=2.0):
    """Connects so often in so long: each gets a greeting, or is closed without a word where there are too
    many at a time. Then a message is delivered."""
    def first_octets(client):
        try:
            client.reply(220)
            client.send("QUIT\r\n")
            return "220"
        except (Ended, ConnectionError):
            return ""
        finally:
            client.close()
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        begun, got = time.monotonic(), []
        for number in range(count):
            time.sleep(max(0, begun + number * seconds / count - time.monotonic()))
            got.append(pool.submit(first_octets, Client.to()))
        connected = time.monotonic() - begun
        outcomes = collections.Counter(one.result() for one in got)
    assert connected < 2 * seconds, f"connecting took {connected:.1f} s"
    client = in_tls()
    client.deliver(MESSAGE)
    client.quit()
    print(f"within {connected:.1f} s; {outcomes['220']} greeted, {outcomes['']} above the limits "
          "closed without a word")


def fills(per_source, in_all):
    """Holds as many connections as mailpit.socket allows, of one source and of all. One more of each is
    closed at once and without a word; what was connected in vain may also be reset."""
    one, everyone = int(per_source), int(in_all)
    sources = [f"127.0.0.{1 + index // one}" for index in range(everyone)]
    held = []
    for source in dict.fromkeys(sources):
        # All are there before the first reply is waited for.
        clients = [Client.to(source=source) for _ in range(sources.count(source))]
        for client in clients:
            client.reply(220)
        if not held:
            Client.to(source=source).take_end()
        held += clients
    Client.to(source="127.0.0.200").take_end()
    for client in held:
        client.quit()


def is_stopped(init, *inside):
    """Has its unit stopped: before TLS, within a message, and on the way to the disk of one, whose name it
    prints. `init` is process 1 of the machine, in which the further words run a command."""
    def instance(client):
        return f"mailpit@*-127.0.0.1:{client.port}.service"

    def stop(client):
        subprocess.run([*inside, "systemctl", "stop", instance(client)], check=True)

    client = greeted()
    stop(client)
    client.reply("421 4.3.2")
    client.take_end()
    client = within_message()
    stop(client)
    client.reply("421 4.3.2")
    client = within_message()
    show = [*inside, "systemctl", "show", "--property=MainPID", "--value", instance(client)]
    inner = subprocess.run(show, check=True, capture_output=True, text=True).stdout.strip()
    with slow_fsync(process_of(init, inner)) as is_storing:
        client.send(b".\r\n")
        wait_for(is_storing)
        stop(client)
    print(client.reply(250).split()[5])


def process_of(init, inner):
    """The number here of a process that has another one in the machine."""
    namespace = pathlib.Path(f"/proc/{init}/ns/pid").readlink()
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
    def is_traced():
        return "TracerPid:\t0\n" not in pathlib.Path(f"/proc/{process}/status").read_text()

    def ended():
        if tracer.poll() is not None:
            raise AssertionError(f"strace: {tracer.communicate()[1]}")
        return False

    with tempfile.NamedTemporaryFile("r", encoding="ascii") as log:
        tracer = subprocess.Popen(
            ["strace", "-qq", "-p", process, "-o", log.name, "-e", "trace=fsync",
             "-e", "inject=fsync:delay_enter=1000000"], stderr=subprocess.PIPE, text=True)
        try:
            wait_for(lambda: is_traced() or ended())
            yield lambda: "fsync(" in pathlib.Path(log.name).read_text() or ended()
        finally:
            tracer.terminate()
            tracer.communicate()


def wait_for(condition):
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "what is waited for does not come"
        time.sleep(0.01)


globals()[sys.argv[2]](*sys.argv[3:])
