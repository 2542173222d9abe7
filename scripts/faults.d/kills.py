"""A process that is killed in place of each of its calls in turn, and the session after it."""

import os
import tempfile

import judge
import once
from run import Case, Fault, Run, which

WHAT = "a kill at a system call: nothing acknowledged is lost, nothing partial in new/, the next" \
    " session delivers"

# Calls that a session may make beyond those of another one like it.
SLACK = 5


def cases(tools, _):
    """From the very first call on."""
    for session, is_secure in once.sessions():
        calls = once.whole(tools, session, is_secure).calls
        for count in range(1, calls[-1].number + SLACK):
            yield Case(session, is_secure, (Fault("any", "", count, "kill"),))


def run(tools, case):
    with tempfile.TemporaryDirectory(prefix="mailpit-kills-") as directory:
        maildir = os.path.join(directory, "Maildir")
        killed = Run(tools, case, maildir)
        wrong = list(judge.promises(killed))
        if killed.end not in ("signal 9", "exit 0"):
            wrong.append(f"ended by {killed.end}")
        following = Run(tools, Case("again", case.is_secure), maildir)
        wrong += [f"afterwards: {complaint}" for complaint in judge.unnoticed(following)]
        for name, octets in killed.stored.items():
            if following.stored.pop(name, None) != octets:
                wrong.append(f"afterwards: changed or gone: {name}")
        if [which(*file) for file in following.stored.items()] != ["again"]:
            wrong.append(f"afterwards: {list(following.stored)}")
        return case, wrong, killed.log
