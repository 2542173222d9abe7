#!/usr/bin/env python3
"""Clients that deliver messages, each different, until they are told to stop, and the proof that
every message they got a 250 for is in the Maildir once, to the octet.

Usage: load.py PORT CA-FILE MAILDIR DIRECTORY

DIRECTORY gets a file `acknowledged` with a line for each 250. A file `stop` there ends the load.
Prints what came of it, or fails and says what is not as it should be.
"""
import collections
import os
import random
import re
import smtplib
import ssl
import sys
import threading
import time

CLIENTS = 8
# Each client comes from an address of its own, so that Received can be held against it.
ADDRESS = "127.0.1.{}"
OUR_FIELDS = re.compile(
    rb"(?:(?:Return-Path|Envelope-To|Received|X-Mailpit-Findings):[^\n]*\n(?:[ \t][^\n]*\n)*)+")


class Client(threading.Thread):
    """Sends a few messages a session, and begins a new one when that ends or breaks."""

    def __init__(self, number, port, context, directory):
        super().__init__(daemon=True)
        self.number, self.port, self.context, self.directory = number, port, context, directory
        self.address = ADDRESS.format(number)
        self.acknowledged = {}  # the name in the 250: the message
        self.unanswered = []  # messages whose fate the client does not know
        self.refused = []  # what was answered with another reply
        self.broken = 0  # sessions that ended before their end
        self.failed = 0  # connections that did not even come to a greeting
        self.random = random.Random(number)

    def run(self):
        while not os.path.exists(f"{self.directory}/stop"):
            try:
                smtp = smtplib.SMTP("127.0.0.1", self.port, "client.example", 30,
                                    (self.address, 0))
            except (OSError, smtplib.SMTPException):
                self.failed += 1
                time.sleep(0.01)
                continue
            try:
                self.session(smtp)
            except (OSError, smtplib.SMTPException):
                self.broken += 1
            finally:
                smtp.close()

    def session(self, smtp):
        smtp.starttls(context=self.context)
        smtp.ehlo()
        for _ in range(self.random.randint(1, 4)):
            self.deliver(smtp)
        smtp.quit()

    def message(self):
        """Lines of all lengths, of which none is like any other's; some begin with a dot."""
        lines = [b"Subject: %d" % self.random.getrandbits(64), b""]
        for _ in range(self.random.choice((1, 20, 2000))):
            line = b"%x" % self.random.getrandbits(256)
            lines.append(self.random.choice((b"", b".", b"..")) + line)
        return b"".join(line + b"\n" for line in lines)

    def deliver(self, smtp):
        message = self.message()
        smtp.mail("alice@example.org")
        smtp.rcpt("bob@example.org")
        try:
            code, text = smtp.data(message.replace(b"\n", b"\r\n"))
        except (OSError, smtplib.SMTPException):
            self.unanswered.append(message)
            raise
        name = re.match(rb"2\.0\.0 Ok: queued as (\S+)", text)
        if code != 250 or not name:
            self.refused.append((code, text))
            return
        self.acknowledged[name[1].decode()] = message
        with open(f"{self.directory}/acknowledged", "a") as file:
            file.write(name[1].decode() + "\n")


def stored(maildir):
    """What each file in new/ holds behind our header fields, and in them, by its whole name."""
    files = {}
    for name in os.listdir(f"{maildir}/new"):
        with open(f"{maildir}/new/{name}", "rb") as file:
            octets = file.read()
        size = int(re.search(r",S=(\d+),W=\d+$", name)[1])
        assert size == len(octets), f"{name} has {len(octets)} octets"
        header = OUR_FIELDS.match(octets)[0]
        files[name] = (header, octets[len(header):])
    return files


def check(clients, maildir):
    files = stored(maildir)
    by_name = {name.split(",S=")[0]: value for name, value in files.items()}
    assert len(by_name) == len(files), "a name was used twice"
    copies = collections.Counter(body for _, body in files.values())
    for client in clients:
        for name, message in client.acknowledged.items():
            assert name in by_name, f"{name} was acknowledged and is not there"
            header, body = by_name[name]
            assert body == message, f"{name} is not what was sent"
            assert copies[message] == 1, f"{name} is there {copies[message]} times"
            assert b"([%s])" % client.address.encode() in header, f"{name} names another client"
        assert not client.refused, f"refused: {client.refused[0]}"
    known = [m for c in clients for m in list(c.acknowledged.values()) + c.unanswered]
    assert all(copies[message] <= 1 for message in known), "a message was stored twice"
    assert sum(copies[message] for message in known) == len(files), "a file is nobody's"
    return files


def main():
    port, authority, maildir, directory = sys.argv[1:]
    context = ssl.create_default_context(cafile=authority)
    context.check_hostname = False
    clients = [Client(n + 1, int(port), context, directory) for n in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    files = check(clients, maildir)
    acknowledged = sum(len(c.acknowledged) for c in clients)
    unanswered = sum(len(c.unanswered) for c in clients)
    broken, failed = sum(c.broken for c in clients), sum(c.failed for c in clients)
    print(f"acknowledged={acknowledged} stored={len(files)} unanswered={unanswered}"
          f" broken={broken} failed={failed}")


if __name__ == "__main__":
    main()
