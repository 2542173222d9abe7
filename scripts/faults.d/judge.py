"""What must be true of every run, whatever was done to it."""

import errno

import client
from run import NEW, TMP, UNIQUE_NAME, which

STORED = "250 2.0.0 Ok: queued as "
REFUSALS = {"452": "452 4.3.1 Insufficient system storage",
            "451": "451 4.3.0 Cannot store the message"}
CONFIGURATION = "421 4.3.5 mx.example Server configuration error"


def complaints(run, verdict, fault=None):
    """What is wrong with a run, by what had to come of it; nothing if all is well."""
    wrong = list(promises(run))
    if not run.end.startswith("exit "):
        wrong.append(f"ended by {run.end}")
    if run.abandoned and run.end != "exit 70" and not is_done_to(run, "unlinkat", TMP):
        wrong.append(f"left in tmp/: {run.abandoned}")
    # Only where the run cannot go on for lack of memory is it a defect's status.
    if run.end == "exit 70" and verdict != "any":
        wrong.append("ended as by a defect")
    if verdict == "nothing":
        wrong += unnoticed(run)
    elif verdict in REFUSALS:
        wrong += refused(run, REFUSALS[verdict], fault)
    elif verdict == "refusal":
        wrong += refused_at_once(run)
    elif verdict == "loss":
        wrong += lost(run, fault)
    else:
        wrong += status(run)
    return wrong


def promises(run):
    """What holds even for a process that was killed: what was acknowledged is there, whole and
    once, and there is nothing else but what may have been about to be acknowledged."""
    if run.client.hangs:
        yield "hangs"
    found = {}
    for name, octets in run.stored.items():
        message = which(name, octets)
        if message is None:
            yield f"partial or foreign in new/: {name} ({len(octets)} octets)"
        elif message in found:
            yield f"twice in new/: {message}"
        found[message] = name
    for message, reply in run.client.verdicts.items():
        if reply.startswith(STORED):
            name = reply[len(STORED):].split(" ")[0]
            if not found.pop(message, "").startswith(name + ",S="):
                yield f"acknowledged and not there: {message}"
        elif message in found and not is_done_to(run, "unlinkat", NEW):
            yield f"refused, and there nevertheless: {message}"
    if len(found) > 1 or found and not (run.client.is_lost or is_done_to(run, "unlinkat", NEW)):
        yield f"there without an answer: {sorted(map(str, found))}"
    for name in run.abandoned:
        if not UNIQUE_NAME.fullmatch(name):
            yield f"in tmp/ under a name of no message: {name}"


def is_done_to(run, name, part):
    return any((fault.name, fault.part) == (name, part) for fault in run.case.faults)


def unnoticed(run):
    if run.end != "exit 0":
        yield f"{run.end} instead of 0"
    if run.client.is_lost:
        yield "lost the client"
    if [reply[:3] for reply in run.client.verdicts.values()] != ["250"] * len(run.messages):
        yield f"answered {run.client.verdicts}"


def refused(run, reply, fault):
    """A message, or from one on all of them, was refused for now; the session goes on."""
    verdicts = list(run.client.verdicts.values())
    refusals = [verdict for verdict in verdicts if not verdict.startswith(STORED)]
    if run.end != "exit 75":
        yield f"{run.end} instead of 75"
    if run.client.is_lost:
        yield "lost the client"
    if not refusals or any(refusal != reply for refusal in refusals):
        yield f"answered {verdicts} instead of {reply}"
    goes_on = any(fault.action.endswith("+") for fault in run.case.faults)
    if not goes_on and (len(refusals) != 1 or client.AGAIN.name not in run.client.verdicts):
        yield f"did not recover: {verdicts}"
    if goes_on and client.AGAIN.name in run.client.verdicts and verdicts[-1] != reply:
        yield f"recovered from what goes on: {verdicts}"
    if " storage-error: " not in run.log or f"(errno {getattr(errno, fault)})" not in run.log:
        yield "does not say why in the log"


def refused_at_once(run):
    """A configuration error; or it could do without."""
    if run.end == "exit 0":
        # A client that has gone before it was seen is no error.
        return unnoticed(run) if run.client.replies else []
    return refusal(run)


def refusal(run):
    if run.end != "exit 78":
        yield f"{run.end} instead of 78"
    # Before the connection was taken there is nobody to be told.
    if run.client.replies not in ([], [CONFIGURATION]):
        yield f"said {run.client.replies}"
    if " config-error: " not in run.log:
        yield "does not say why in the log"


def lost(run, fault):
    """The connection is gone, which is no failure of ours; or it was of no use any more."""
    if run.end != "exit 0":
        yield f"{run.end} instead of 0"
    was_bidden_farewell = any(reply.startswith("221 ") for reply in run.client.replies)
    if fault != "end" and not was_bidden_farewell and not run.client.is_lost:
        yield "neither went on nor ended"
    if fault != "end" and run.client.is_lost and "(errno " not in run.log \
            and "QUIT" not in run.client.last_command:
        yield "does not say why in the log"


def status(run):
    if run.end not in ("exit 0", "exit 70", "exit 75", "exit 78"):
        yield f"ended with {run.end}"
    if (run.end == "exit 75") != (" storage-error: " in run.log) and run.end != "exit 70":
        yield f"{run.end}, and storage-error is" \
            + (" " if " storage-error: " in run.log else " not ") + "in the log"
