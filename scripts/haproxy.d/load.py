#!/usr/bin/env python3
"""Clients that deliver messages, each different, until they are told to stop, and the proof that
every message they got a 250 for is in the Maildir once, to the octet.

Usage: load.py PORT CA-FILE MAILDIR DIRECTORY

DIRECTORY gets a file `acknowledged` with a line for each 250. A file `stop` there ends the load.
Prints what came of it, or fails and says what is not as it should be.
"""
import collections
import concurrent.futures
import os
import pathlib
import random
import re
import sys
import time

from smtp import Client, Ended

CLIENTS = 8
PORT, AUTHORITY, MAILDIR, DIRECTORY = sys.argv[1:]
OUR_FIELDS = re.compile(
    rb"(?:(?:Return-Path|Envelope-To|Received|X-Mailpit-Findings):[^\n]*\n(?:[ \t][^\n]*\n)*)+")


class Sender:
    """Sends a few messages a session, and begins a new one when that ends or breaks."""

    def __init__(self, number):
        # One of its own, so that Received can be held against it.
        self.address = f"127.0.1.{number + 1}"
        self.random = random.Random(number)
        self.acknowledged = {}  # the name in the 250: the message
        self.unanswered = []  # messages whose fate the client does not know
        self.broken = 0  # sessions that ended before their end
        self.failed = 0  # connections that did not even come to a greeting

    def run(self):
        while not os.path.exists(f"{DIRECTORY}/stop"):
            client = Client.to(("127.0.0.1", int(PORT)), self.address)
            try:
                client.start_tls(AUTHORITY)
                for _ in range(self.random.randint(1, 4)):
                    self.deliver(client)
                client.quit()
            except (OSError, Ended):
                self.broken += client.raw != b""
                self.failed += client.raw == b""
                time.sleep(0.01)
            finally:
                client.close()

    def message(self):
        """Lines of all lengths, of which none is like any other's; some begin with a dot."""
        lines = [b"Subject: %d" % self.random.getrandbits(64), b""]
        for _ in range(self.random.choice((1, 20, 2000))):
            lines.append(self.random.choice((b"", b".", b"..")) + b"%x" % self.random.getrandbits(256))
        return b"".join(line + b"\n" for line in lines)

    def deliver(self, client):
        message = self.message()
        self.unanswered.append(message)
        name = client.deliver(re.sub(rb"(?m)^\.", b"..", message).replace(b"\n", b"\r\n"))
        self.acknowledged[name] = self.unanswered.pop()
        with open(f"{DIRECTORY}/acknowledged", "a") as file:
            file.write(f"{name}\n")


def stored():
    """What each file in new/ holds, as our header fields and the rest, by its name without sizes."""
    files = {}
    for path in pathlib.Path(MAILDIR, "new").iterdir():
        octets = path.read_bytes()
        name, size = re.fullmatch(r"(.*),S=(\d+),W=\d+", path.name).groups()
        assert int(size) == len(octets), f"{path.name} has {len(octets)} octets"
        assert name not in files, f"{name} was used twice"
        header = OUR_FIELDS.match(octets)[0]
        files[name] = header, octets[len(header):]
    return files


def check(senders, files):
    copies = collections.Counter(body for _, body in files.values())
    for sender in senders:
        for name, message in sender.acknowledged.items():
            assert name in files, f"{name} was acknowledged and is not there"
            header, body = files[name]
            assert body == message, f"{name} is not what was sent"
            assert b"([%s])" % sender.address.encode() in header, f"{name} names another client"
    known = [m for s in senders for m in [*s.acknowledged.values(), *s.unanswered]]
    assert all(copies[message] <= 1 for message in known), "a message was stored twice"
    assert sum(copies[message] for message in known) == len(files), "a file is nobody's"


def main():
    senders = [Sender(number) for number in range(CLIENTS)]
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        # A reply that is none of those expected comes out here.
        list(pool.map(Sender.run, senders))
    files = stored()
    check(senders, files)
    acknowledged = sum(len(sender.acknowledged) for sender in senders)
    unanswered = sum(len(sender.unanswered) for sender in senders)
    print(f"acknowledged={acknowledged} stored={len(files)} unanswered={unanswered}"
          f" broken={sum(s.broken for s in senders)} failed={sum(s.failed for s in senders)}")


main()
