"""What every octet that a client of a service set up as the manual says gets is to be."""

import re
import struct

import smtp

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


class Client(smtp.Client):
    """Expects each reply to the octet; `server` is whatever is to be ended with it."""

    def __init__(self, connection, server=None):
        super().__init__(connection)
        self.server = server

    def begin(self, certificate='cert.pem'):
        """Goes as far as EHLO over TLS."""
        self.take(GREETING)
        self.say('EHLO client.example', BEFORE_TLS)
        self.say('STARTTLS', READY)
        self.handshake(certificate)
        self.say('EHLO client.example', IN_TLS)

    def begin_transaction(self):
        self.say(f'MAIL FROM:<{SENDER}> BODY=8BITMIME', '250 2.1.0 Ok\r\n')
        self.say(f'RCPT TO:<{RECIPIENT}>', '250 2.1.5 Ok\r\n')

    def begin_data(self):
        """Goes as far as the reply to DATA."""
        self.begin_transaction()
        self.say('DATA', DATA)

    def abort(self):
        """Is gone at once: over TCP by a reset."""
        self.reset()
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
