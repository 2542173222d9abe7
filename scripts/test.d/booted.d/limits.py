"""Holds as many connections as mailpit.socket allows, of one source and of all, and one more of each.

Usage: limits.py PER-SOURCE ALL     what MaxConnectionsPerSource= and MaxConnections= say
"""

import sys

from smtp import Client

PER_SOURCE, ALL = int(sys.argv[1]), int(sys.argv[2])


def greeted(source, count):
    """Connections of a source that are held; all are there before the first reply is waited for."""
    clients = [Client.to(source=source) for _ in range(count)]
    for client in clients:
        client.reply(220)
    return clients


def is_turned_away(source):
    """Closed at once and without a word; what was connected in vain may also be reset."""
    Client.to(source=source).take_end()


def main():
    held = greeted("127.0.0.1", PER_SOURCE)
    is_turned_away("127.0.0.1")
    others = ALL - PER_SOURCE
    sources = [f"127.0.0.{2 + index // PER_SOURCE}" for index in range(others)]
    for source in sorted(set(sources)):
        held += greeted(source, sources.count(source))
    is_turned_away("127.0.0.200")
    for client in held:
        client.quit()
    print(f"{PER_SOURCE} of one source and {ALL} of all were held")


main()
