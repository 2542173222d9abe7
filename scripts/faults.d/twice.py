"""A call that fails, and then one of those that deal with it."""

import judge
import once
import rules
from run import NEW, TMP, Case, Fault, Run

WHAT = "a call that fails, and one that deals with it too: the same"

# What is dealt with by other calls than those of a session in which all goes well.
FIRST = [("write", TMP, "ENOSPC"), ("fsync", TMP, "EIO"), ("renameat2", TMP, "EIO"),
         ("renameat2", TMP, "EINVAL"), ("fsync", NEW, "EIO")]
SECOND = ("unlinkat", "linkat", "fsync", "close")


def cases(tools, _):
    for session, is_secure in once.sessions():
        usual = once.whole(tools, session, is_secure).calls
        for call, name, count, is_setup in once.numbered(usual):
            for first in FIRST:
                if (name, call.part) == first[:2] and not is_setup:
                    faulty = Fault(name, call.part, count, rules.action(call, first[2]))
                    yield from second(tools, Case(session, is_secure, (faulty,)), call, first[2])


def second(tools, case, failed, fault):
    """The case with one more fault, for each of the calls up to the answer."""
    verdict = rules.storage_verdict(failed, fault)
    is_past = False
    for call, name, count, _ in once.numbered(Run(tools, case).calls):
        if is_past and call.part == "socket:":
            return
        if is_past and name in SECOND and call.part in (TMP, NEW):
            for next_fault in rules.faults_for(call):
                faulty = Fault(name, call.part, count, rules.action(call, next_fault))
                own = rules.verdict(call, next_fault, False)
                is_removal = name in ("unlinkat", "close")
                yield (Case(case.session, case.is_secure, (*case.faults, faulty)),
                       fault if is_removal else next_fault, verdict if is_removal else own)
        is_past = is_past or (name, call.part, count) == (
            case.faults[0].name, case.faults[0].part, case.faults[0].count)


run = once.run
