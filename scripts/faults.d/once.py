"""Each call from where the command line is read, with each fault that fits."""

import collections
import dataclasses

import client
import judge
import rules
from run import CLIENT, NEW, TMP, Case, Fault, Run

WHAT = "a call that fails: no 250 without the whole file, nothing partial, nothing left in tmp/," \
    " the right 4xx, the session of use"

# What is tried for one call and also for all later ones like it: storage and memory.
LASTING = {*judge.REFUSALS, "any"}


def sessions():
    return [(session, is_secure) for session in client.SESSIONS for is_secure in (True, False)]


def numbered(calls):
    """The calls from the program's first one, each with the name and count that
    inject.c knows it by, and whether it comes before the greeting."""
    counts = collections.Counter()
    has_begun, is_setup = False, True
    # What signals do is set before anything else.
    start = next(call.number for call in calls if call.name == "rt_sigaction")
    for call in calls:
        name = "memory" if call.name in rules.MEMORY else call.name
        counts[name, call.part] += 1
        has_begun = has_begun or call.number >= start
        is_setup = is_setup and (call.name, call.part) != ("write", CLIENT)
        if has_begun:
            yield call, name, counts[name, call.part], is_setup


def whole(tools, session, is_secure):
    """The session without a fault."""
    run = Run(tools, Case(session, is_secure))
    assert not judge.complaints(run, "nothing"), judge.complaints(run, "nothing")
    return run


def cases(tools, everything):
    """Each with its fault and what has to come of it: of the calls on the Maildir all faults, once
    and for good, and of all other calls the nearest one, unless everything is asked for."""
    for session, is_secure in [*sessions(), ("large", False)]:
        for call, name, count, is_setup in numbered(whole(tools, session, is_secure).calls):
            is_storage = call.part in (TMP, NEW) and not is_setup
            # What it has in common with the others is tried there.
            if session == "large" and (not is_storage or name == "write" and not everything):
                continue
            faults = rules.faults_for(call)
            for fault in faults if everything or is_storage else faults[:1]:
                faulty = Fault(name, call.part, count, rules.action(call, fault))
                yield from lasting(Case(session, is_secure, (faulty,)), fault,
                                   rules.verdict(call, fault, is_setup))


def lasting(case, fault, verdict):
    """The case, and where it makes a difference also that with a fault that does not go away."""
    yield case, fault, verdict
    if verdict in LASTING:
        faulty = dataclasses.replace(case.faults[0], action=case.faults[0].action + "+")
        yield dataclasses.replace(case, faults=(faulty,)), fault, verdict


def run(tools, arguments):
    case, fault, verdict = arguments
    try:
        run = Run(tools, case)
    except AssertionError as error:
        return case, [f"a command is answered wrongly: {error}"], ""
    return case, judge.complaints(run, verdict, fault), run.log
