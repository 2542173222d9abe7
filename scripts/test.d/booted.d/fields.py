"""The entries of one session with TLS and a client certificate have the fields that are promised.

Usage: fields.py NAME    of the stored message; the entries are standard input, one JSON a line
"""

import json
import sys

ALWAYS = {"REMOTE_ADDR": "127.0.0.1", "SYSLOG_IDENTIFIER": "mailpit", "SYSLOG_FACILITY": "2",
          "_TRANSPORT": "journal", "PRIORITY": "6"}
TLS = {"TLS_VERSION": "TLSv1.3", "TLS_SNI": "localhost", "TLS_CLIENT_SUBJECT": "CN=second"}


def main():
    entries = [entry for entry in map(json.loads, sys.stdin) if "MAILPIT_EVENT" in entry]
    events = [entry["MAILPIT_EVENT"] for entry in entries]
    assert events == ["session-opened", "tls-established", "message-stored", "session-closed"], events
    assert len({entry["MAILPIT_SESSION"] for entry in entries}) == 1, "sessions"
    assert len({entry["MESSAGE_ID"] for entry in entries}) == 4, "identifiers"
    for entry in entries:
        has(entry, ALWAYS)
    _, tls, message, closed = entries
    has(tls, TLS)
    assert tls["TLS_CIPHER"].startswith("TLS_"), tls
    assert message["MAILDIR_FILE"].startswith(sys.argv[1] + ",S="), message
    has(message, {"SMTP_FROM": "<a@example.org>", "SMTP_RCPT": "<b@example.org>",
                  "SMTP_FINDINGS": "missing-date, missing-message-id",
                  "MESSAGE_SIZE": message["MAILDIR_FILE"].split(",S=")[1].split(",")[0]})
    has(closed, {"MAILPIT_MESSAGES_STORED": "1", "MAILPIT_MESSAGES_REJECTED": "0",
                 "MAILPIT_COMMANDS_REJECTED": "0"})
    assert int(closed["MAILPIT_DURATION_USEC"]) > 0 < int(closed["MAILPIT_OCTETS_RECEIVED"]), closed


def has(entry, fields):
    for name, value in fields.items():
        assert entry.get(name) == value, f"{name}={entry.get(name)!r} where {value!r} was expected"


main()
