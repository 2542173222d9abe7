"""Units that differ in what they take from a session, and what that costs a connection.

Usage: units.py write SOURCES DIRECTORY      writes benchN.socket and benchN@.service
       units.py measure DIRECTORY ROUNDS     prints a table, the dearest last
"""

import pathlib
import random
import socket
import statistics
import sys
import time

FIRST_PORT = 2000
# Without these there is no session, or not the same one.
BARE = {"ExecStart", "EnvironmentFile", "StandardInput", "StandardOutput", "StandardError", "User"}
# Directives that would not work alone.
TOGETHER = {"ReadWritePaths": "ProtectSystem", "SystemCallErrorNumber": "SystemCallFilter",
            "StateDirectoryMode": "StateDirectory", "UnsetEnvironment": "LoadCredential"}


def directives(path):
    """The lines of a unit's [Service], by the name of their directive."""
    found, section = {}, ""
    for line in path.read_text().splitlines():
        if line.startswith("["):
            section = line
        elif "=" in line and not line.startswith("#") and section == "[Service]":
            name = line.split("=")[0]
            found.setdefault(TOGETHER.get(name, name), []).append(line)
    return found


def units(sources):
    """Names of units, and the lines that they have more than the bare one."""
    session = directives(sources / "mailpit@.service")
    hardened = directives(sources / "examples/hardened.conf")
    credentials = directives(sources / "examples/credentials.conf")

    def lines(*parts):
        return [line for part in parts for name in part if name not in BARE for line in part[name]]

    yield "bare", []
    yield "mailpit@.service", lines(session)
    yield "with credentials.conf", lines(session, credentials)
    yield "with hardened.conf", lines(session, hardened)
    for part in (session, credentials, hardened):
        for name in part:
            if name not in BARE:
                yield part[name][0], part[name]


def write(sources, directory):
    bare = directives(sources / "mailpit@.service")
    for number, (name, lines) in enumerate(units(sources)):
        session = [line for key in bare if key in BARE for line in bare[key]]
        session[0] = "ExecStart=/usr/bin/mailpit"
        maildir = f"Environment=MP_MAILDIR=/var/lib/mailpit/{number}"
        unit = ["[Unit]", f"Description={name.replace('%p', 'mailpit')}", "CollectMode=inactive-or-failed",
                "[Service]", *session, maildir, *(line.replace("%p", "mailpit") for line in lines)]
        (directory / f"bench{number}@.service").write_text("\n".join(unit) + "\n")
        (directory / f"bench{number}.socket").write_text(
            f"[Socket]\nListenStream=127.0.0.1:{FIRST_PORT + number}\nAccept=yes\nNoDelay=yes\n"
            "TriggerLimitIntervalSec=0\n")


def greeting_time(port):
    """Milliseconds from connect to greeting of one session, which is over when this returns."""
    start = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        greeting = connection.recv(1000)
        elapsed = time.perf_counter() - start
        assert greeting.startswith(b"220 "), (port, greeting)
        connection.sendall(b"QUIT\r\n")
        while connection.recv(1000):
            pass
    return elapsed * 1000


def measure(directory, rounds):
    paths = sorted(directory.glob("bench*@.service"), key=lambda path: int(path.name[5:-9]))
    names = [path.read_text().splitlines()[1].removeprefix("Description=") for path in paths]
    times = [[] for _ in names]
    order = list(range(len(names)))
    for turn in range(rounds + 1):
        random.shuffle(order)
        for number in order:
            elapsed = greeting_time(FIRST_PORT + number)
            # In the first round files are read from the disk and Maildirs made.
            if turn:
                times[number].append(elapsed)
            # What systemd still has to clear away of this one is not for the next.
            time.sleep(0.02)
    medians = [statistics.median(values) for values in times]
    # What a machine that has other things to do does not add to.
    tenths = [sorted(values)[len(values) // 10] for values in times]
    print(f"connect to greeting in ms, {rounds} times: median, over the bare unit; first tenth, over it")
    for number in list(range(4)) + sorted(range(4, len(names)), key=lambda number: tenths[number]):
        print(f"{medians[number]:7.1f} {medians[number] - medians[0]:+6.1f} "
              f"{tenths[number]:7.1f} {tenths[number] - tenths[0]:+6.1f}  {names[number]}")


if sys.argv[1] == "write":
    write(pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]))
else:
    measure(pathlib.Path(sys.argv[2]), int(sys.argv[3]))
