"""The SMTP client of the tests in scripts: it says what it is told to, also what no client should, and
keeps every octet that it gets."""

import contextlib
import select
import socket
import ssl
import struct
import subprocess


class Ended(Exception):
    """The connection is over where something was expected."""


class Client:
    """One session over a stream socket."""

    def __init__(self, connection, patience=60):
        connection.settimeout(patience)
        self.connection = connection
        # All that came.
        self.raw = b''
        self._text = b''
        self._tls = None
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()

    @classmethod
    def to(cls, address=('127.0.0.1', 1025), source=None):
        """One that connects to a TCP address, or to a path."""
        family = (socket.AF_UNIX if isinstance(address, str) else
                  socket.AF_INET6 if ':' in address[0] else socket.AF_INET)
        connection = socket.socket(family, socket.SOCK_STREAM)
        if source:
            connection.bind((source, 0))
        connection.connect(address)
        return cls(connection)

    @property
    def port(self):
        return self.connection.getsockname()[1]

    # What is received

    def _more(self):
        """Takes what comes next; False at the end of the connection."""
        try:
            octets = self.connection.recv(65536)
        except ConnectionResetError:
            octets = b''
        self.raw += octets
        if self._tls is None:
            self._text += octets
            return octets != b''
        self._incoming.write(octets) if octets else self._incoming.write_eof()
        try:
            while part := self._tls.read(65536):
                self._text += part
        except (ssl.SSLWantReadError, ssl.SSLZeroReturnError, ssl.SSLEOFError):
            pass
        return octets != b''

    def take(self, expected):
        """Takes exactly this text, or text that the pattern matches; the match of a pattern."""
        ending = expected.encode() if isinstance(expected, str) else None
        while True:
            text = self._text.decode()
            if ending is None and (match := expected.match(text)):
                self._text = self._text[match.end():]
                return match
            if ending is not None and self._text.startswith(ending):
                self._text = self._text[len(ending):]
                return None
            if ending is not None and not ending.startswith(self._text) or not self._more():
                wanted = expected if ending is not None else expected.pattern
                raise AssertionError(f'got {text!r} where {wanted!r} was expected')

    def reply(self, code=''):
        """Takes a whole reply whose last line begins like this; its lines without their ends."""
        lines = []
        while not lines or lines[-1][3:4] == '-':
            while b'\r\n' not in self._text:
                if not self._more():
                    raise Ended(f'the connection ended after {self._text!r}')
            line, self._text = self._text.split(b'\r\n', 1)
            lines.append(line.decode())
        assert lines[-1].startswith(str(code)), f'{lines[-1]!r} where {code} was expected'
        return '\n'.join(lines)

    def take_end(self):
        """Sees that the connection ends, and nothing comes before."""
        while self._more():
            pass
        assert self._text == b'', f'got {self._text!r} where the connection was to end'

    def has_input(self):
        """Whether anything has come that was not taken yet."""
        return self._text != b'' or select.select([self.connection], [], [], 0)[0] != []

    # What is sent

    def send(self, text):
        octets = text if isinstance(text, bytes) else text.encode()
        if self._tls is None:
            self.connection.sendall(octets)
        else:
            self._tls.write(octets)
            self._flush()

    def _flush(self):
        self.connection.sendall(self._outgoing.read())

    def say(self, line, expected):
        """Sends a line; takes the reply, of which the whole text is given, or the code."""
        self.send(f'{line}\r\n')
        return self.reply(expected) if isinstance(expected, int) else self.take(expected)

    def handshake(self, authority=None):
        """Goes over to TLS; how the server is verified is said as for `context_of`."""
        assert self._text == b'', f'{self._text!r} in plaintext behind STARTTLS'
        tls = context_of(authority).wrap_bio(
            self._incoming, self._outgoing, server_hostname='localhost')
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                pass
            finally:
                # Also the alert, where it has failed.
                self._flush()
            octets = self.connection.recv(65536)
            if not octets:
                raise Ended('the connection ended in the handshake')
            self.raw += octets
            self._incoming.write(octets)
        self._tls = tls

    # A session in order

    def start_tls(self, authority=None):
        """From the greeting to the EHLO behind the handshake."""
        self.reply(220)
        self.say('EHLO client.example.org', 250)
        self.say('STARTTLS', 220)
        self.handshake(authority)
        self.say('EHLO client.example.org', 250)

    def begin_message(self, sender='a@example.org', recipients=('b@example.org',)):
        self.say(f'MAIL FROM:<{sender}>', 250)
        for recipient in recipients:
            self.say(f'RCPT TO:<{recipient}>', 250)
        self.say('DATA', 354)

    def deliver(self, message):
        """A message whose lines begin with no dot; the name of its file up to the sizes."""
        self.begin_message()
        self.send(message + b'.\r\n')
        return self.reply(250).split()[5]

    def quit(self):
        """Sees that nothing comes behind the last reply."""
        self.say('QUIT', '221 2.0.0 Bye\r\n')
        self.finish()
        self.take_end()
        self.close()

    # Other ends

    def finish(self):
        """Ends the sending side, in TLS by close_notify; the other may be gone already."""
        try:
            if self._tls is not None:
                try:
                    self._tls.unwrap()
                except ssl.SSLError:
                    pass
                self._flush()
            self.connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def drain(self):
        """Ends the sending side without a word in TLS, and waits for the other's end."""
        try:
            self.connection.shutdown(socket.SHUT_WR)
            while self.connection.recv(65536):
                pass
        except ConnectionError:
            pass  # Also an end: what was sent may have been left unread.

    def close(self):
        self.connection.close()

    def reset(self):
        """Closes so that the other end gets ECONNRESET: close(2) with a linger time of none."""
        if self.connection.family != socket.AF_UNIX:
            self.connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.close()


def context_of(authority):
    """A client that verifies by a file of authorities; by none at all (''); or does not (None). A
    context is taken as it is."""
    if isinstance(authority, ssl.SSLContext):
        return authority
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if authority:
        context.load_verify_locations(authority)
    elif authority is None:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@contextlib.contextmanager
def connected(command):
    """A command of the shell that is a connection: a client whose server is the command's standard
    streams, and the process, which is gone afterwards, however it goes."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        process = subprocess.Popen(
            ['bash', '-euc', f'exec {command}'], stdin=theirs, stdout=theirs,
            stderr=subprocess.PIPE, text=True)
        theirs.close()
        try:
            yield Client(ours), process
        finally:
            process.kill()
            process.communicate()


def converse(client, dialogue, end='\r\n', show=lambda line: None):
    """Says each line, and expects the code behind it unless that is none; None says nothing."""
    for line, code in dialogue:
        if line is not None:
            show(f'  C: {line}')
            client.send(line + end)
        if code is not None:
            for reply in client.reply(code).split('\n'):
                show(f'  S: {reply}')
