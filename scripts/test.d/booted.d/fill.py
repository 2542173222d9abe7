"""Fills the queue of a datagram socket that nobody reads. Usage: fill.py PATH"""

import socket
import sys


def send_all(path):
    """Sends until the sender's own buffer is full, or the queue; returns how many were taken."""
    sender = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sender.connect(path)
    sender.setblocking(False)
    count = 0
    try:
        while True:
            sender.send(b"MESSAGE=x\n")
            count += 1
    except BlockingIOError:
        return count


while send_all(sys.argv[1]):
    pass
