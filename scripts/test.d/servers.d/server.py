"""The machine that a super-server is set up on as the manual says, what all super-servers have in common, and
their client, which knows what every octet is to be."""

import glob
import os
import re
import struct
import subprocess
import time

import smtp

TOP = os.path.realpath(f'{os.path.dirname(__file__)}/../../..')
XINETD, OTHERS, HAND = 'xinetd', 'super-servers', 'by-hand'
SOCKET, MAILDIR = '/run/mailpit.sock', '/var/lib/mailpit/Maildir'
PROGRAM, LOG_FILE = '/usr/local/bin/mailpit', '/var/lib/mailpit/log'
PATIENCE = 30

HOST = 'mx.example'
GREETING = f'220 {HOST} ESMTP Mailpit\r\n'
READY = '220 2.0.0 Ready to start TLS\r\n'
NOOP = '250 2.0.0 Ok\r\n'
MISCONFIGURED = f'421 4.3.5 {HOST} Server configuration error\r\n'
QUEUED = re.compile(
    r'250 2\.0\.0 Ok: queued as ([^ \r\n]+)(?: \(findings: [a-z, 0-9-]+\))?\r\n')


def hello(last):
    """The whole reply to EHLO, by what it offers besides."""
    offers = ['SIZE 52428800', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES', 'PIPELINING',
              'LIMITS RCPTMAX=100']
    return ''.join(f'250-{line}\r\n' for line in [HOST, *offers]) + f'250 {last}\r\n'


PLAINTEXT = GREETING + hello('STARTTLS') + READY


# What the manual says

def block(section, word):
    """The one block of a section that contains a word."""
    done = subprocess.run([f'{TOP}/scripts/manual.d/section', section],
                          stdout=subprocess.PIPE, text=True, check=True)
    found = [block for block in done.stdout.rstrip('\n').split('\n\n') if word in block]
    assert len(found) == 1, f'{len(found)} blocks with {word} in the section "{section}"'
    return f'{found[0]}\n'


def replaced(text, old, new):
    """The text with the one thing replaced that a test cannot take as it is written."""
    assert text.count(old) == 1, f'{text.count(old)} times {old} in {text!r}'
    return text.replace(old, new)


# The machine

def eventually(what, condition):
    """Waits until the condition holds, and gives what it then gives."""
    deadline = time.monotonic() + PATIENCE
    while not (result := condition()):
        assert time.monotonic() < deadline, f'not in {PATIENCE} s: {what}'
        time.sleep(0.005)
    return result


def sessions():
    """The processes of this machine that run the program."""
    found = []
    for link in glob.glob('/proc/[0-9]*/exe'):
        try:
            if os.readlink(link) == PROGRAM:
                found.append(int(link.split('/')[2]))
        except OSError:
            pass  # It has just ended.
    return found


def text_of(path):
    """The text of a file, empty where there is none."""
    try:
        with open(path, encoding='utf-8', errors='backslashreplace') as file:
            return file.read()
    except FileNotFoundError:
        return ''


def edit(text, path):
    with open(path, 'a', encoding='utf-8') as file:
        file.write(text)


def run(commands):
    """Has a shell carry out commands, in this directory."""
    done = subprocess.run(['bash', '-euc', commands], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f'{commands}{done.stdout}{done.stderr}'


def install(binary):
    """User, program and certificate, as the manual says; the binary is made already."""
    commands = block(XINETD, 'useradd') + block(XINETD, 'key.pem')
    os.symlink(f'{TOP}/scripts', 'scripts')
    run('. scripts/lib/common.sh && make_certificate cert && mv cert.key key.pem')
    run(replaced(commands, '"$(scripts/build | tail -n 1)"', binary))


class Client(smtp.Client):
    """Expects each reply to the octet; `server` is whatever is to be ended with it."""

    def __init__(self, connection, server=None):
        super().__init__(connection)
        self.server = server

    def begin(self):
        """Goes as far as EHLO over TLS."""
        self.take(GREETING)
        self.say('EHLO client.example', hello('STARTTLS'))
        self.say('STARTTLS', READY)
        self.handshake('cert.pem')
        self.say('EHLO client.example', hello('CHUNKING'))

    def begin_data(self):
        """Goes as far as the reply to DATA."""
        self.say('MAIL FROM:<alice@example.org> BODY=8BITMIME', '250 2.1.0 Ok\r\n')
        self.say('RCPT TO:<bob@example.org>', '250 2.1.5 Ok\r\n')
        self.say('DATA', '354 End data with <CR><LF>.<CR><LF>\r\n')

    def end_data(self):
        """The name by which the message is queued."""
        self.send('.\r\n')
        return self.take(QUEUED)[1]

    def abort(self):
        """Is gone at once: over TCP by a reset."""
        self.reset()
        if self.server is not None:
            self.server.kill()

    def assert_nothing_but_smtp(self, plaintext):
        """All that ever came is this, or this and then TLS records, each of them whole."""
        rest = self.raw.removeprefix(plaintext.encode())
        assert rest != self.raw, f'got {self.raw!r} where {plaintext!r} was expected'
        assert (rest != b'') == plaintext.endswith(READY), f'got {rest!r} behind it'
        while rest:
            # RFC 8446 §5.1: type, legacy version, length.
            assert len(rest) >= 5, f'half a record: {rest!r}'
            kind, version, length = struct.unpack('!BHH', rest[:5])
            assert 20 <= kind <= 23 and version in (0x301, 0x303) and length <= 16384 + 256, \
                f'no TLS record: {rest[:80]!r}'
            assert len(rest) >= 5 + length, f'half a record: {rest!r}'
            rest = rest[5 + length:]


class Server:
    """What all have in common. `origin` is what Received tells of the client, `remote` the log;
    `logs_to` is where the program's log is to be found."""

    origin, remote = '[127.0.0.1]', r'remote_addr=127\.0\.0\.1'
    address = ('127.0.0.1', 1025)
    logs_to = 'syslog'
    # In what the super-server says of the end of a session; None where it says nothing.
    status = None
    # Whether it hands over the socket that it listens on, to one session after the other.
    waits = False
    # Whether it gives up a service that is asked for too often.
    has_rate = False

    def start(self):
        raise NotImplementedError

    def connect(self):
        def connection():
            try:
                return Client.to(self.address)
            except (ConnectionRefusedError, FileNotFoundError):
                return None
        return eventually(f'{self.address} is listened on', connection)

    def assert_exit(self, client, status):
        """For those where it is the client who is told."""

    def exit_statuses(self, text):
        """What it has told there, those of success left out; None if it does not tell."""
        if self.status is None:
            return None
        found = [int(word) for word in re.findall(self.status, text)]
        # wait(2) has the status in the upper octet, and tcpserver tells it like that.
        return [(word >> 8 if word > 255 else word) for word in found if word != 0]
