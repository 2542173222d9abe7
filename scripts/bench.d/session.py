#!/usr/bin/env python3
"""Starts a server as inetd would, with a connection over loopback as its standard input and output,
and holds one session with it: STARTTLS, one message, QUIT.

Prints the server's peak resident set in KiB when the message was accepted, and exits with 1 if
anything went otherwise than it should.
"""

import argparse
import smtplib
import socket
import ssl
import subprocess
import sys


def message(size):
    """Lines of text of `size` octets in all, in CRLF; every tenth begins with a dot."""
    header = b"From: <a@example.org>\r\nDate: Mon, 01 Jan 2024 00:00:00 +0000\r\nSubject: bench\r\n\r\n"
    block = b"".join(
        (b"." if number % 10 == 3 else b"x") + b"0123456789" * 7 + b"12345\r\n" for number in range(1000)
    )
    left = max(size - len(header) - 2, 0)
    body = block * (left // len(block)) + block[: left % len(block)]
    # Cutting may leave a lone CR; a line end must follow in any case.
    return header + body.rstrip(b"\r\n") + b"\r\n"


def start(command, standard_error):
    """Starts the server; returns its process and our end of the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = socket.create_connection(listener.getsockname())
        theirs, _ = listener.accept()
    with theirs:
        return subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=standard_error), ours


class Session(smtplib.SMTP):
    """An SMTP client on a connection that is there already."""

    def __init__(self, connection):
        self.connection = connection
        super().__init__("localhost", local_hostname="client.example.org")

    def _get_socket(self, host, port, timeout):
        return self.connection


def expect(code, answer):
    if answer[0] != code:
        raise smtplib.SMTPResponseException(*answer)


def hold(connection, arguments):
    """The session up to the 250 for the message."""
    client = Session(connection)
    tls = ssl.create_default_context(cafile=arguments.ca)
    expect(250, client.ehlo())
    expect(220, client.starttls(context=tls))
    if client.sock.version() != "TLSv1.3":
        raise RuntimeError(f"spoke {client.sock.version()}")
    expect(250, client.ehlo())
    expect(250, client.mail("a@example.org"))
    expect(250, client.rcpt("b@example.org"))
    expect(250, client.data(message(arguments.size)))
    return client


def peak_resident_set(process):
    with open(f"/proc/{process.pid}/status", encoding="ascii") as status:
        return next(line.split()[1] for line in status if line.startswith("VmHWM:"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ca", required=True, help="what the server's certificate is verified with")
    parser.add_argument("--size", type=int, default=2048, help="octets of the message")
    parser.add_argument("--stderr", default="/dev/null", help="where the server's errors go")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    with open(arguments.stderr, "wb") as standard_error:
        process, connection = start(arguments.command, standard_error)
    try:
        connection.settimeout(120)
        client = hold(connection, arguments)
        print(peak_resident_set(process))
        expect(221, client.quit())
        if process.wait(timeout=30) != 0:
            raise RuntimeError(f"the server exited with {process.returncode}")
    except Exception as error:  # Whatever it is, it spoils the measurement, and we say so.
        sys.exit(f"session with {arguments.command[0]} failed: {error!r}")
    finally:
        process.kill()
        process.wait()


main()
