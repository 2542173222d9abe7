"""An SMTP client that keeps every octet it gets, and what those octets are to be."""

import re
import select
import socket
import ssl
import struct

HOST = 'mx.example'
GREETING = f'220 {HOST} ESMTP Mailpit\r\n'
_OFFERS = [HOST, 'SIZE 52428800', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES', 'PIPELINING',
           'LIMITS RCPTMAX=100']
READY = '220 2.0.0 Ready to start TLS\r\n'
REFUSED = '530 5.7.0 Must issue a STARTTLS command first\r\n'
NOOP = '250 2.0.0 Ok\r\n'
BYE = '221 2.0.0 Bye\r\n'
DATA = '354 End data with <CR><LF>.<CR><LF>\r\n'
MISCONFIGURED = f'421 4.3.5 {HOST} Server configuration error\r\n'
FULL = re.compile(r'452 4\.3\.1 [^\r\n]+\r\n')
QUEUED = re.compile(r'250 2\.0\.0 Ok: queued as ([^ \r\n]+)\r\n')
QUEUED_WITH_ANY_FINDINGS = re.compile(
    r'250 2\.0\.0 Ok: queued as ([^ \r\n]+)(?: \(findings: [a-z, 0-9-]+\))?\r\n')
SENDER, RECIPIENT = 'alice@example.org', 'bob@example.org'


def hello(last):
    """The whole reply to EHLO, by what it offers besides."""
    lines = _OFFERS + [last]
    return ''.join(f'250{" " if line is lines[-1] else "-"}{line}\r\n' for line in lines)


BEFORE_TLS = hello('STARTTLS')
IN_TLS = hello('CHUNKING')


class Client:
    """One end of a stream socket; `server` is whatever else is to be kept or ended with it."""

    def __init__(self, connection, server=None):
        self.connection = connection
        self.server = server
        connection.settimeout(30)
        self.raw = b''
        self._text = b''
        self._tls = None

    # What is received

    def _more(self):
        """Takes what comes next, raw; False at the end of the connection."""
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
            self.connection.sendall(self._outgoing.read())

    def say(self, line, reply):
        self.send(line + '\r\n')
        return self.take(reply)

    def start_tls(self, certificate):
        """STARTTLS, and the handshake with a server that has exactly this certificate."""
        self.say('STARTTLS', READY)
        self.plaintext = self.raw
        context = ssl.create_default_context(cafile=certificate)
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname='localhost')
        while True:
            try:
                tls.do_handshake()
                self.connection.sendall(self._outgoing.read())
                break
            except ssl.SSLWantReadError:
                self.connection.sendall(self._outgoing.read())
                octets = self.connection.recv(65536)
                assert octets, 'the connection ended in the handshake'
                self.raw += octets
                self._incoming.write(octets)
        self._tls = tls

    def begin(self, certificate='cert.pem'):
        """Goes as far as EHLO over TLS."""
        self.take(GREETING)
        self.say('EHLO client.example', BEFORE_TLS)
        self.start_tls(certificate)
        self.say('EHLO client.example', IN_TLS)

    def begin_data(self):
        """Goes as far as the reply to DATA."""
        self.say(f'MAIL FROM:<{SENDER}> BODY=8BITMIME', '250 2.1.0 Ok\r\n')
        self.say(f'RCPT TO:<{RECIPIENT}>', '250 2.1.5 Ok\r\n')
        self.say('DATA', DATA)

    def quit(self):
        """Ends the session in order, and sees that nothing comes behind the last reply."""
        self.say('QUIT', BYE)
        self.close()
        self.take_end()

    def close(self):
        """Ends the sending side, in TLS by close_notify; the other may be gone already."""
        try:
            if self._tls is not None:
                try:
                    self._tls.unwrap()
                except ssl.SSLError:
                    pass
                self.connection.sendall(self._outgoing.read())
            self.connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def abort(self):
        """Is gone at once: over TCP by a reset."""
        if self.connection.family != socket.AF_UNIX:
            self.connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        self.connection.close()
        if self.server is not None:
            self.server.kill()

    # What has come in all

    def assert_plaintext(self, expected):
        assert self.raw == expected.encode(), f'got {self.raw!r} where {expected!r} was expected'

    def assert_plaintext_then_tls(self, expected):
        """All that ever came is this, and then TLS records, each of them whole."""
        assert self.plaintext == expected.encode(), f'got {self.plaintext!r} before TLS'
        rest = self.raw[len(self.plaintext):]
        assert rest, 'no TLS came'
        while rest:
            # RFC 8446 §5.1: type, legacy version, length.
            assert len(rest) >= 5, f'half a record: {rest!r}'
            kind, version, length = struct.unpack('!BHH', rest[:5])
            assert 20 <= kind <= 23 and version in (0x301, 0x303) and length <= 16384 + 256, \
                f'no TLS record: {rest[:80]!r}'
            assert len(rest) >= 5 + length, f'half a record: {rest!r}'
            rest = rest[5 + length:]
