"""A client that says what a test wants it to say, also what no client should."""

import socket
import ssl
import struct


class Ended(Exception):
    """The connection is over where a reply was expected."""


class Unexpected(Exception):
    """A reply has another code than it should."""


class Client:
    """One session. Replies are read to their last line and returned as text."""

    def __init__(self, address=("127.0.0.1", 1025), source=None, timeout=60):
        family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        if source:
            self.socket.bind((source, 0))
        self.socket.connect(address)
        self.input = b""

    @property
    def port(self):
        return self.socket.getsockname()[1]

    def send(self, octets):
        self.socket.sendall(octets)

    def line(self):
        while b"\n" not in self.input:
            octets = self.socket.recv(65536)
            if not octets:
                raise Ended(f"the connection ended after {self.input!r}")
            self.input += octets
        line, self.input = self.input.split(b"\n", 1)
        return line.decode().rstrip("\r")

    def reply(self, code):
        lines = [self.line()]
        while lines[-1][3:4] == "-":
            lines.append(self.line())
        if not lines[-1].startswith(str(code)):
            raise Unexpected(f"{lines[-1]!r} where {code} was expected")
        return "\n".join(lines)

    def say(self, command, code):
        self.send(command.encode() + b"\r\n")
        return self.reply(code)

    def expect_end(self):
        """Nothing more comes, and the other end closes."""
        rest = self.input + self.socket.recv(65536)
        if rest:
            raise Unexpected(f"{rest!r} where the end was expected")

    def start_tls(self, authority=None):
        """From the greeting to the EHLO behind the handshake."""
        self.reply(220)
        self.say("EHLO client.example.org", 250)
        self.say("STARTTLS", 220)
        self.handshake(authority)
        self.say("EHLO client.example.org", 250)

    def handshake(self, authority=None):
        context = context_of(authority)
        self.socket = context.wrap_socket(self.socket, server_hostname="localhost",
                                          suppress_ragged_eofs=False)

    def begin_message(self, sender="a@example.org", recipients=("b@example.org",)):
        self.say(f"MAIL FROM:<{sender}>", 250)
        for recipient in recipients:
            self.say(f"RCPT TO:<{recipient}>", 250)
        self.say("DATA", 354)

    def deliver(self, message):
        """A message whose lines begin with no dot; returns the name of its file up to the sizes."""
        self.begin_message()
        self.send(message + b".\r\n")
        return self.reply(250).split()[5]

    def quit(self):
        self.say("QUIT", 221)
        if isinstance(self.socket, ssl.SSLSocket):
            try:
                self.socket = self.socket.unwrap()
            except (ssl.SSLError, OSError):
                pass  # The other end need not answer.
        self.close()

    def close(self):
        self.socket.close()

    def reset(self):
        """Closes so that the other end gets ECONNRESET: close(2) with a linger time of none."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()


def context_of(authority):
    """A client that verifies by a file of authorities; by none at all (""); or does not (None)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if authority:
        context.load_verify_locations(authority)
    elif authority is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
