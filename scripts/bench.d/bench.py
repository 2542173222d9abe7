"""See ../bench."""

import argparse
import datetime
import os
import pathlib
import platform
import sys

from callgrind import readable
from load import Load
from servers import Failed, Workplace, run
from targets import Effort, Targets, measure_resumption, table


def note(text):
    print(f"== {text}", file=sys.stderr, flush=True)


def machine(workplace):
    """On what and when it was measured."""
    cpu = next((line.split(":")[1].strip() for line in pathlib.Path("/proc/cpuinfo").open()
                if line.startswith("model name")), platform.machine())
    system = platform.freedesktop_os_release()["PRETTY_NAME"]
    openssl = run("openssl", "version").split()[1]
    yield f"{datetime.date.today()}: {os.cpu_count()} x {cpu}, {system}, Linux {platform.release()}"
    yield f"OpenSSL {openssl} (shared), Maildir on {workplace.file_system}, TLS 1.3, ECDSA P-256"
    load = os.getloadavg()[0]
    if load > 0.3 * os.cpu_count():
        yield f"The machine was busy with something else (load {load:.1f}): trust no time here."


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
    libraries = {library for count in counts.values() for library in count}
    own = {name: count.pop(name, 0) for name, count in counts.items()}
    rows = [["itself", *(f"{own[name] / 1e6:.2f}" for name in names)]]
    for library in sorted(libraries - set(names), key=lambda library: -counts[names[0]][library]):
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


def show_targets(arguments, workplace, load, servers):
    effort = Effort.QUICK if arguments.quick else Effort.FULL
    targets = Targets(load, servers, effort)
    targets.measure(arguments.rounds, note)
    show(f"Sessions with one message of 1 KiB unless it says otherwise: medians of"
         f" {arguments.rounds} rounds (least-most)", targets.lines())
    show("Resumption", resumption(load, servers[0], workplace, arguments, effort))
    show("Instructions by library", by_library(targets.profiles))
    profile = targets.profiles["mailpit"]
    show("The ten dearest functions", dearest(profile, arguments.demangler))
    show("and those of mailpit itself", dearest(profile, arguments.demangler, library="mailpit"))


def measure(arguments):
    with Workplace(arguments.clang) as workplace:
        load = Load(arguments.client, workplace)
        servers = workplace.servers(arguments.binary)
        print(*machine(workplace), sep="\n", flush=True)
        show_targets(arguments, workplace, load, servers)


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--clang", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--demangler", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--binary", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--client", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    if arguments.rounds is None:
        arguments.rounds = 1 if arguments.quick else 5
    try:
        measure(arguments)
    except Failed as failure:
        sys.exit(f"bench: {failure}")


main()
