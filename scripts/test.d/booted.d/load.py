"""Holds 1,000 sessions of all kinds, several at a time, and prints what came of them as JSON.

Usage: load.py CERTIFICATE COMMAND...     COMMAND runs a command where the services are.
"""

import collections
import concurrent.futures
import json
import random
import ssl
import subprocess
import sys

from smtp import Client, Ended

CERTIFICATE, INSIDE = sys.argv[1], sys.argv[2:]
MESSAGE = b"From: a@example.org\r\nSubject: one of many\r\n\r\n" + b"x" * 70 + b"\r\n"
AT_A_TIME = 16


def delivers(client, _):
    client.start_tls(CERTIFICATE)
    name = client.deliver(MESSAGE)
    client.quit()
    return [name]


def delivers_and_leaves(client, _):
    client.start_tls(CERTIFICATE)
    return [client.deliver(MESSAGE) for _ in range(3)]


def never_starts_tls(client, _):
    client.reply(220)
    client.say("HELO me", 530)
    client.say("MAIL FROM:<a@example.org>", 530)
    client.quit()


def leaves_at_once(_client, _):
    pass


def resets_at_once(client, _):
    client.reset()


def resets_after_greeting(client, _):
    client.reply(220)
    client.reset()


def says_half_a_hello(client, chance):
    client.reply(220)
    client.say("STARTTLS", 220)
    client.send(b"\x16\x03\x01\x01\x00\x01\x00\x00\xfc\x03\x03" + chance.randbytes(40))
    if chance.random() < 0.5:
        client.reset()


def trusts_nobody(client, _):
    client.reply(220)
    client.say("STARTTLS", 220)
    try:
        client.handshake(authority="")
    except ssl.SSLCertVerificationError:
        return
    raise AssertionError("the certificate was trusted")


def talks_garbage(client, chance):
    client.reply(220)
    client.send(chance.randbytes(6000))
    client.drain()


def breaks_off_its_message(client, chance):
    client.start_tls(CERTIFICATE)
    client.begin_message()
    client.send(MESSAGE)
    if chance.random() < 0.5:
        client.reset()


def is_killed(client, _):
    client.reply(220)
    kill(client)


def is_killed_with_its_message(client, _):
    client.start_tls(CERTIFICATE)
    client.begin_message()
    client.send(MESSAGE)
    kill(client)


def kill(client):
    instance = f"mailpit@*-127.0.0.1:{client.port}.service"
    subprocess.run([*INSIDE, "systemctl", "kill", "--signal=KILL", instance], check=True)
    client.drain()


KINDS = {
    delivers: 460, delivers_and_leaves: 40, never_starts_tls: 60, leaves_at_once: 40,
    resets_at_once: 40, resets_after_greeting: 60, says_half_a_hello: 80, trusts_nobody: 80,
    talks_garbage: 40, breaks_off_its_message: 60, is_killed: 20, is_killed_with_its_message: 20,
}


def hold(number, kind):
    client = Client.to()
    try:
        return kind(client, random.Random(number)) or []
    finally:
        client.close()


def main():
    sessions = [kind for kind, count in KINDS.items() for _ in range(count)]
    random.Random(4).shuffle(sessions)
    names, faults = [], collections.Counter()
    with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        held = {pool.submit(hold, number, kind): kind for number, kind in enumerate(sessions)}
        for session, kind in held.items():
            try:
                names += session.result()
            except (OSError, Ended, AssertionError, subprocess.SubprocessError) as fault:
                faults[f"{kind.__name__}: {fault}"] += 1
    print(json.dumps({"sessions": len(sessions), "stored": names, "faults": faults,
                      "kinds": {kind.__name__: count for kind, count in KINDS.items()}}))


main()
