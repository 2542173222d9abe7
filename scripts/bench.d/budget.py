"""See ../test.d/budget. Compares the instructions of three sessions with those in budget.txt.

The counts of one binary repeat on one machine to within 0.03 %, for 1 MiB to within 0.3 %: all that
servers see is fixed (host name, variables, arguments, the lengths of paths); what is left is the
digits of process ids and times, and how a large message is cut into reads. valgrind shows the same
processor on every machine that has AVX2 and AES-NI; without AES-NI the 1 MiB session would take two
thirds more, without AVX2 the small one 0.5 % more. From OpenSSL 3.0.19 to 3.0.22 a session grew by
0.3 %; another minor version of it or of glibc may well take more than the margin, and is a reason
to renew.
"""

import argparse
import collections
import sys

from callgrind import readable
from load import Load
from servers import Failed, Workplace, here, run

FILE = here / "budget.txt"
MARGIN = 0.03
# Functions that take less than this share of a session are not recorded.
RECORDED_SHARE = 0.004
# Names of functions are cut to this, as generic ones fill a page.
NAME_LENGTH = 100

# The sessions: what smtpload is told, besides that it is one.
SESSIONS = {
    "small": ([], 1024, "STARTTLS, one message of 1 KiB"),
    "refused": (["--refused"], 1024, "MAIL before STARTTLS, then QUIT"),
    "large": ([], 1 << 20, "STARTTLS, one message of 1 MiB"),
}


def libraries():
    """The versions of what the counts depend on besides ourselves."""
    return run("dpkg-query", "-W", "-f=${Package} ${Version}  ", "libssl3", "libc6").strip()


def count(binary, client, demangler):
    """The profiles of all sessions: functions with their instructions, by session."""
    profiles = {}
    with Workplace() as workplace:
        load = Load(client, workplace)
        server = workplace.mailpit(binary)
        for name, (options, size, _) in SESSIONS.items():
            own = load.profile(server, *options, size=size).own
            names = readable([function for _, function in own], demangler)
            functions = collections.Counter()
            for (library, function), cost in own.items():
                functions[f"{library} {names[function]}"[:NAME_LENGTH]] += cost
            profiles[name] = functions
    return profiles


def write(profiles):
    with open(FILE, "w", encoding="utf-8") as file:
        file.write("# What sessions may cost in instructions, and which functions spend them.\n"
                   "# Written by scripts/test.d/budget --renew; read by scripts/test.d/budget.\n"
                   f"libraries {libraries()}\n")
        for name, functions in profiles.items():
            total = functions.total()
            file.write(f"\nsession {name} {total}\n")
            for function, cost in functions.most_common():
                if cost < RECORDED_SHARE * total:
                    break
                file.write(f"{cost:>9} {function}\n")


def read():
    """What was recorded: the libraries, totals by session, and functions by session."""
    recorded_libraries, totals, functions = "", {}, {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        first, _, rest = line.strip().partition(" ")
        if first == "libraries":
            recorded_libraries = rest
        elif first == "session":
            name, total = rest.split()
            totals[name] = int(total)
            functions[name] = {}
        elif first.isdigit():
            functions[name][rest] = int(first)
    return recorded_libraries, totals, functions


def growth(now, before, total_before):
    """Lines on the ten functions that have grown most, dearest first."""
    # What was not recorded took less than this, and may have taken nothing.
    unknown = int(RECORDED_SHARE * total_before)
    grown = {name: cost - before.get(name, unknown) for name, cost in now.items()}
    for name, more in sorted(grown.items(), key=lambda item: -item[1])[:10]:
        if more > 0:
            was = f"{before[name]:>11,}" if name in before else f"< {unknown:>9,}"
            yield f"    {was} -> {now[name]:>11,}  +{more:>10,}  {name}"


def compare(profiles):
    """Prints how the sessions stand; returns whether all keep to their budget."""
    recorded_libraries, totals, functions = read()
    is_kept = True
    for name, now in profiles.items():
        total, budget = now.total(), totals[name]
        change = total / budget - 1
        exceeds = change > MARGIN
        print(f"{name:<8} {total:>12,} instructions, budget {budget:>12,}: {change:+.2%}"
              f"{'  EXCEEDED' if exceeds else ''}   ({SESSIONS[name][2]})")
        if exceeds:
            is_kept = False
            print(*growth(now, functions[name], budget), sep="\n")
        elif change < -MARGIN:
            print("    that is much less: renew the budget, so that it is kept")
    if not is_kept:
        if libraries() != recorded_libraries:
            print(f"the budget was recorded with {recorded_libraries}, and this is {libraries()}")
        print("if it has to be so, renew the budget: scripts/test.d/budget --renew")
    else:
        print("ok    each fixed session is within its budget")
    return is_kept


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--demangler", required=True)
    parser.add_argument("--renew", action="store_true")
    parser.add_argument("binary")
    parser.add_argument("client")
    arguments = parser.parse_args()
    try:
        profiles = count(arguments.binary, arguments.client, arguments.demangler)
    except Failed as failure:
        sys.exit(f"budget: {failure}")
    if arguments.renew:
        write(profiles)
    if not compare(profiles):
        sys.exit(1)


main()
