"""See ../bench --units. From connecting to the greeting, for units that differ by a directive.

Each unit has a socket of its own. They are measured in turn, in another order in each round, and what a
directive costs is the difference within a round.
"""

import argparse
import pathlib
import random
import socket
import statistics
import subprocess
import sys
import time

from bench import ARTICLE, machine, note, write
from servers import here
from targets import table

SYSTEMD = here.parents[1] / "systemd"

# What a session cannot do without, or is no itself without.
BARE = ("Description=", "CollectMode=", "ExecStart=", "EnvironmentFile=", "StandardInput=",
        "StandardOutput=", "StandardError=", "SyslogFacility=", "User=")


def rows():
    """The rows of the manual's second table, by which directives are taken together, and what those protect
    from: a session in its sandbox, and one without, which each is until it enters it. A directive in no row fails: make one there."""
    table = ARTICLE.read_text(encoding="utf-8").split("<!-- units -->")[1]
    cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.splitlines()]
    return [(row[0].replace("`", ""), *row[3:]) for row in cells if len(row) == 5 and row[0][:1] == "`"]


def is_of(line, names):
    return line.startswith(tuple(names.split()))


def lines_of(file):
    """The directives of a unit, without comments; headings of sections among them."""
    return [line for line in (SYSTEMD / file).read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("#")]


def units():
    """The lines of all units to be measured, by name; differences by the title of their row."""
    shipped = lines_of("mailpit@.service")
    bare = [line for line in shipped if line.startswith(("[", *BARE))]
    others = [line for line in shipped if line not in bare]
    forgotten = [line for line in others if not any(is_of(line, names) for names, _, _ in rows())]
    assert not forgotten, f"in no row of the manual's table: {forgotten}"
    made = {"bare": bare, "shipped": shipped}
    for example in ("credentials", "hardened"):
        made[example] = shipped + lines_of(f"examples/{example}.conf")
    for names, _, _ in rows():
        made[f"+ {names}"] = bare + [line for line in others if is_of(line, names)]
        made[f"- {names}"] = [line for line in shipped if line in bare or not is_of(line, names)]
    return made


class Machine:
    """The booted systemd, in whose network we are."""

    def __init__(self, init, made):
        self.init = init
        self.ports = {name: 3000 + number for number, name in enumerate(made)}
        directory = pathlib.Path(f"/proc/{init}/root/run/systemd/system")
        directory.mkdir(exist_ok=True)
        for name, lines in made.items():
            unit = directory / self.unit(name)
            unit.with_name(f"{unit.name}.socket").write_text(
                f"[Socket]\nListenStream=127.0.0.1:{self.ports[name]}\nAccept=yes\nNoDelay=yes\n"
                "TriggerLimitIntervalSec=0\n")
            text = "\n".join([*lines, ""]).replace("%p", "mailpit")
            unit.with_name(f"{unit.name}@.service").write_text(text)
        self.inside("systemctl", "daemon-reload")
        self.inside("systemctl", "start", *(f"{self.unit(name)}.socket" for name in made))

    def unit(self, name):
        return f"measured{self.ports[name]}"

    def inside(self, *command):
        done = subprocess.run(["nsenter", "--target", self.init, "--all", "--", *command],
                              capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"bench: {' '.join(command)}: {done.stderr}")
        return done.stdout

    def exposure(self, name):
        """What systemd-analyze says of it: 0 is best, 10 is worst."""
        said = self.inside("systemd-analyze", "security", "--no-pager", f"{self.unit(name)}@x.service")
        return said.split("Overall exposure level")[1].split(": ")[1].split()[0]

    def milliseconds(self, name):
        """From connecting to the greeting; then the session is ended, and systemd left in peace."""
        begun = time.perf_counter_ns()
        with socket.create_connection(("127.0.0.1", self.ports[name])) as connection:
            greeting = connection.recv(512)
            taken = time.perf_counter_ns() - begun
            if not greeting.startswith(b"220 "):
                sys.exit(f"bench: {name} greets by {greeting}")
            connection.sendall(b"QUIT\r\n")
            while connection.recv(512):
                pass
        time.sleep(0.02)
        return taken / 1e6


def measure(booted, rounds):
    """The times of each unit, round by round."""
    times = {name: [] for name in booted.ports}
    order = list(times)
    for name in order:
        booted.milliseconds(name)
    for number in range(rounds):
        if number % 20 == 0:
            note(f"round {number + 1} of {rounds}")
        random.shuffle(order)
        for name in order:
            times[name].append(booted.milliseconds(name))
    return times


def interval(numbers, sign=""):
    """The median, and where the true one is with a certainty of 95 %."""
    numbers = sorted(numbers)
    half = int(0.98 * len(numbers) ** 0.5)
    middle = len(numbers) // 2
    low, high = numbers[max(0, middle - half)], numbers[min(len(numbers) - 1, middle + half)]
    return f"{statistics.median(numbers):{sign}.2f} ({low:{sign}.2f} to {high:{sign}.2f})"


def tables(booted, times):
    def more(one, other):
        return interval([a - b for a, b in zip(times[one], times[other])], "+")

    yield from table(["unit", "`systemd-analyze security`", "connect to greeting, ms"], [
        [title, booted.exposure(name), interval(times[name])]
        for name, title in (("bare", "only what a session needs"), ("shipped", "`mailpit@.service`"),
                            ("credentials", "with `credentials.conf`"),
                            ("hardened", "with `hardened.conf`"))])
    yield ""
    yield from table(["directive", "in the bare unit, ms", "in `mailpit@.service`, ms",
                      "what it still protects from with the sandbox", "and without"], [
        ["`" + "` `".join(names.split()) + "`", more(f"+ {names}", "bare"), more("shipped", f"- {names}"),
         sandboxed, without] for names, sandboxed, without in rows()])


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench --units")
    parser.add_argument("init", help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    known = [*machine()]
    booted = Machine(arguments.init, units())
    times = measure(booted, arguments.rounds)
    version = booted.inside("systemctl", "--version").split("(")[1].split(")")[0]
    lines = [*known, f"systemd {version}; medians of {arguments.rounds} connections over loopback, in"
             " brackets where the true one is with a certainty of 95 %.", "", *tables(booted, times)]
    print(*lines, sep="\n")
    if arguments.write:
        write("units", lines)


main()
