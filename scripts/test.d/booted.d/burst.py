"""Connects 500 times in two seconds, and then delivers a message.

Each connection must get a greeting, or be closed without a word where there are too many at a time.
"""

import collections
import selectors
import socket
import sys
import time

from smtp import Client

COUNT, SECONDS = 500, 2.0


def burst(address):
    """What each of the connections got: its first octets."""
    selector = selectors.DefaultSelector()
    outcomes = collections.Counter()
    begun = time.monotonic()
    opened = 0
    while opened < COUNT or selector.get_map():
        elapsed = time.monotonic() - begun
        assert elapsed < 60, f"{len(selector.get_map())} connections got nothing"
        while opened < min(COUNT, int(COUNT * elapsed / SECONDS) + 1):
            connection = socket.create_connection(address)
            selector.register(connection, selectors.EVENT_READ)
            opened += 1
            connected = time.monotonic() - begun
        for key, _ in selector.select(SECONDS / COUNT):
            outcomes[first_octets(key.fileobj)] += 1
            selector.unregister(key.fileobj)
            key.fileobj.close()
    return outcomes, connected


def first_octets(connection):
    try:
        octets = connection.recv(4)
        if octets:
            connection.sendall(b"QUIT\r\n")
        return octets.decode()
    except ConnectionError:
        return ""


def main():
    address = ("127.0.0.1", 1025)
    outcomes, connected = burst(address)
    assert set(outcomes) <= {"220 ", ""}, outcomes
    assert connected < 2 * SECONDS, f"connecting took {connected:.1f} s"
    client = Client.to(address)
    client.start_tls(sys.argv[1])
    client.deliver(b"Subject: after the burst\r\n\r\nhi\r\n")
    client.quit()
    print(f"within {connected:.1f} s; {outcomes['220 ']} greeted, {outcomes['']} above the limits "
          "closed without a word")


main()
