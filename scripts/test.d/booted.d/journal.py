"""Compares the journal with what the clients of load.py have seen: no entry is lost or unexpected.

Usage: journal.py LOAD    what load.py has printed; the journal is standard input, one JSON an entry
"""

import collections
import json
import sys


def sessions_of(entries):
    """The names of the events of each session, in order."""
    sessions = collections.defaultdict(list)
    for entry in entries:
        if "MAILPIT_EVENT" in entry:
            sessions[entry["MAILPIT_SESSION"]].append(entry["MAILPIT_EVENT"])
    return sessions.values()


def check_events(entries, kinds):
    killed = kinds["is_killed"] + kinds["is_killed_with_its_message"]
    sessions = list(sessions_of(entries))
    opened = sum(kinds.values()) - kinds["resets_at_once"]  # These systemd itself turns away.
    equal("sessions", len(sessions), opened)
    equal("that begin with their opening", opened,
          sum(events[0] == "session-opened" for events in sessions))
    equal("that end with their closing", opened - killed,
          sum(events[-1] == "session-closed" for events in sessions))
    with_tls = ["delivers", "delivers_and_leaves", "breaks_off_its_message", "is_killed_with_its_message"]
    equal("that have TLS", sum("tls-established" in events for events in sessions),
          sum(kinds[kind] for kind in with_tls))
    failures = ["delivers_and_leaves", "says_half_a_hello", "trusts_nobody", "breaks_off_its_message"]
    equal("whose TLS fails", sum("tls-failed" in events for events in sessions),
          sum(kinds[kind] for kind in failures))
    return killed


def check_messages(entries, names):
    stored = [entry["MAILDIR_FILE"].split(",S=")[0] for entry in entries
              if entry.get("MAILPIT_EVENT") == "message-stored"]
    equal("names of messages", sorted(stored), sorted(names))
    counted = [int(entry["MAILPIT_MESSAGES_STORED"]) for entry in entries
               if entry.get("MAILPIT_EVENT") == "session-closed"]
    equal("messages that the sessions have counted", sum(counted), len(names))


def check_processes(entries, killed):
    """Who was killed was killed by us: not by the system call filter, nor for a defect."""
    exits = collections.Counter(
        (entry["EXIT_CODE"], entry["EXIT_STATUS"]) for entry in entries
        if "EXIT_CODE" in entry and entry.get("UNIT", "").startswith("mailpit@"))
    equal("processes that did not end well", exits, {("killed", "9"): killed})


def check_entries(entries):
    """What is the same in all of ours. Counts them, and those whose unit is not known.

    journald looks up the unit when it comes to read an entry, and then the process may be over.
    """
    ours = [entry for entry in entries if entry.get("SYSLOG_IDENTIFIER") == "mailpit"]
    for entry in ours:
        assert entry["_TRANSPORT"] == "journal" and "MESSAGE_ID" in entry, entry
        assert entry["REMOTE_ADDR"] == "127.0.0.1" and entry["SYSLOG_FACILITY"] == "2", entry
        assert entry.get("_SYSTEMD_UNIT", "mailpit@").startswith("mailpit@"), entry
    return len(ours), sum("_SYSTEMD_UNIT" not in entry for entry in ours)


def equal(what, found, expected):
    assert found == expected, f"{what}: {found} where {expected} was expected"


def main():
    with open(sys.argv[1], encoding="ascii") as file:
        load = json.load(file)
    entries = [json.loads(line) for line in sys.stdin]
    equal("clients that saw what they should not", load["faults"], {})
    killed = check_events(entries, load["kinds"])
    check_messages(entries, load["stored"])
    check_processes(entries, killed)
    print("{} entries, {} of them without their unit".format(*check_entries(entries)))


main()
