"""Calls that lie: what comes of them is not the program's fault, and must be seen by the judge.
So a judge that sees nothing is found out."""

import errno

import client
import judge
from run import CLIENT, TMP, Case, Fault, Run

WHAT = "calls that only pretend, and the like: each is seen, so all else could fail too"

FULL = f"return={-errno.ENOSPC}"

# What is done, what had to come of it, and a part of what the judge has to say.
LIES = [
    ([Fault("write", TMP, 1, "swallow")], "nothing", "partial or foreign in new/"),
    ([Fault("renameat2", TMP, 1, "return=0")], "nothing", "acknowledged and not there"),
    ([Fault("write", TMP, 1, FULL), Fault("renameat2", TMP, 1, "return=0")], "451",
     "instead of 451"),
    ([Fault("fsync", TMP, 1, FULL)], "nothing", "exit 75 instead of 0"),
    ([Fault("fsync", TMP, 1, FULL + "+")], "nothing", "answered"),
    ([Fault("poll", "", 2, "kill")], "loss", "ended by signal 9"),
    ([Fault("openat", TMP, 1, "kill+")], "nothing", "lost the client"),
    ([Fault("write", CLIENT, 3, "swallow")], "nothing", "hangs"),
]


def cases(_tools, _everything):
    return [(Case("two", True, tuple(faults)), verdict, told) for faults, verdict, told in LIES]


def run(tools, arguments):
    case, verdict, told = arguments
    patience, client.PATIENCE_SECONDS = client.PATIENCE_SECONDS, 1
    try:
        run = Run(tools, case)
    finally:
        client.PATIENCE_SECONDS = patience
    complaints = judge.complaints(run, verdict, "ENOSPC")
    if any(told in complaint for complaint in complaints):
        return case, [], ""
    return case, [f"not seen: {told}, but {complaints}"], run.log
