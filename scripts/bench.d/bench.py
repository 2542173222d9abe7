"""See ../bench."""

import argparse
import datetime
import os
import pathlib
import platform
import re
import sys
import time

from callgrind import readable
from load import Load
from servers import Failed, Workplace, here, run
from targets import FULL, QUICK, Targets, measure_resumption, table

ARTICLE = here.parents[1] / "Sources/mailpit/mailpit.docc/Performance.md"


def note(text):
    print(f"== {text}", file=sys.stderr, flush=True)


def busy_share():
    """The share of the next second in which processors are not idle."""
    def times():
        with open("/proc/stat", encoding="ascii") as file:
            numbers = [int(word) for word in file.readline().split()[1:9]]
        return sum(numbers), numbers[3] + numbers[4]
    before = times()
    time.sleep(1)
    total, idle = (after - first for after, first in zip(times(), before))
    return 1 - idle / total


def machine(workplace=None):
    """On what and when it is measured; to be called before that makes it busy."""
    cpu = next((line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").open()
                if line.startswith("model name")), platform.machine())
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    yield (f"Measured on {datetime.date.today()}, on {os.cpu_count()} x {cpu}, {system},"
           f" Linux {platform.release()}.")
    if workplace:
        # The library itself, which the floors load, and not the command.
        openssl = re.search(r"Library: (OpenSSL \S+)", run("openssl", "version"))[1]
        yield (f"{openssl}, which the floors load, too; TLS 1.3 with ECDSA P-256;"
               f" Maildir on {workplace.file_system}.")
    if (share := busy_share()) > 0.1:
        yield f"The machine was busy with something else ({share:.0%}): trust no time here."


def dearest(profile, demangler, count=10, library=None):
    """A table of the functions that execute most instructions themselves."""
    own = {key: cost for key, cost in profile.own.items() if library in (None, key[0])}
    first = sorted(own, key=own.get, reverse=True)[:count]
    names = readable([function for _, function in first], demangler)
    return table(["function", "in", "instructions", "share"], [
        [f"`{names[key[1]][:90]}`", key[0], f"{own[key]:,}", f"{own[key] / profile.total:.1%}"]
        for key in first])


def by_library(profiles):
    """A table of instructions by library, a column a server."""
    names = list(profiles)
    counts = {name: profile.by_object() for name, profile in profiles.items()}
    # Programs have other names as files.
    own = {name: count.pop(name.split()[-1], 0) for name, count in counts.items()}
    rows = [["itself", *(f"{own[name] / 1e6:.2f}" for name in names)]]
    libraries = {library for count in counts.values() for library in count}
    for library in sorted(libraries, key=lambda library: -counts[names[0]][library]):
        if max(count[library] for count in counts.values()) >= 10_000:
            rows.append([library, *(f"{counts[name][library] / 1e6:.2f}" for name in names)])
    return table(["M instructions", *names], rows)


def resumption(load, server, workplace, arguments, effort):
    key = workplace.path / "ticket-key"
    key.write_bytes(os.urandom(80))
    key.chmod(0o600)
    return measure_resumption(load, server, key, arguments.rounds, effort.sessions)


def show(title, lines):
    print(f"\n{title}\n", *lines, sep="\n", flush=True)


def write(mark, lines):
    """Puts the lines between the marks <!-- MARK --> and <!-- /MARK --> of the manual."""
    text = ARTICLE.read_text(encoding="utf-8")
    before, rest = text.split(f"<!-- {mark} -->\n")
    _, after = rest.split(f"<!-- /{mark} -->\n")
    made = "".join(f"{line}\n" for line in lines)
    ARTICLE.write_text(f"{before}<!-- {mark} -->\n{made}<!-- /{mark} -->\n{after}", encoding="utf-8")


def measure(arguments):
    with Workplace(arguments.clang) as workplace:
        load = Load(arguments.client, workplace)
        servers = workplace.servers(arguments.binary)
        static = arguments.static and workplace.mailpit(arguments.static, "mailpit-static")
        effort = QUICK if arguments.quick else FULL
        known = [*machine(workplace), f"Medians of {arguments.rounds} rounds; in brackets the least and"
                 " the most."]
        print(*known, sep="\n", flush=True)
        targets = Targets(load, servers, static, effort)
        targets.measure(arguments.rounds, note)
        lines = [*known, "", *targets.lines(), "",
                 *resumption(load, servers[0], workplace, arguments, effort)]
        show("Sessions with one message of 1 KiB unless it says otherwise", lines[len(known) + 1:])
        if arguments.write:
            write("bench", lines)
        show("Instructions by library", by_library(targets.profiles))
        profile = targets.profiles["mailpit"]
        show("The ten dearest functions", dearest(profile, arguments.demangler))
        show("and those of mailpit itself", dearest(profile, arguments.demangler, library="mailpit"))


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--clang", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--demangler", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--binary", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--static", help=argparse.SUPPRESS)
    parser.add_argument("--client", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if arguments.rounds is None:
        arguments.rounds = 1 if arguments.quick else 5
    try:
        measure(arguments)
    except Failed as failure:
        sys.exit(f"bench: {failure}")


if __name__ == "__main__":
    main()
