"""Messages of many kinds, delivered over TLS to the service of the README, and the files that they
are to have become."""

import base64
import os
import random
import re

import sample
from kinds import KINDS
from server import MAILDIR, eventually, sessions

ATTACHMENT = random.Random(1).randbytes(5000)


def _attached():
    body = base64.encodebytes(ATTACHMENT).replace(b'\n', b'\r\n')
    return (b'From: a@example.org\r\nSubject: attached\r\nMIME-Version: 1.0\r\n'
            b'Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n'
            b'\r\nsee there\r\n--b\r\nContent-Type: application/octet-stream; name=data.bin\r\n'
            b'Content-Disposition: attachment; filename=data.bin\r\n'
            b'Content-Transfer-Encoding: base64\r\n\r\n' + body + b'--b--\r\n')


# As they are sent, without the dots of RFC 5321 §4.5.2.
MESSAGES = {
    'odd lines': b''.join(line + b'\r\n' for line in sample.lines('odd lines')),
    'attached': _attached(),
    'header only': b'Subject: header only\r\n',
    'no header': b'Just text.\r\n\r\nAnd more.\r\n',
    'continued': b' a line that would continue a header field\r\n\r\nx\r\n',
    'from line': b'Subject: from line\r\n\r\nFrom me\r\n>From me\r\nFrom a@b Mon Nov 1 2026\r\n',
    'control': b'Subject: control\r\n\r\na\rb\r\r\nc\nd\x0c\x7f\r\n',
    'nul': b'Subject: nul\r\n\r\na\0b\r\n',
    'utf-8': 'Subject: Grüße utf-8\r\nFrom: Ä <ä@example.org>\r\n\r\näöü\r\n'.encode(),
    'latin-1': b'Subject: latin-1 Gr\xfc\xdfe\r\n\r\n\xe4\xf6\xfc\r\n',
    'folded': b'Subject: folded\r\n and\r\n\tgoing on\r\nTo: x\r\n\r\nx\r\n',
    'large': b'Subject: large\r\n\r\n' + b'0123456789 a line of it\r\n' * 40_000,
    'empty': b'',
}


def start():
    """The service that delivers, once it listens."""
    server = KINDS['tcpserver']()
    server.start()
    server.connect().abort()
    eventually('no session is left', lambda: not sessions())
    return server


def deliver(server):
    """All of them in one session: the file of each by its name, with what is in it."""
    client, files = server.connect(), {}
    client.begin()
    for subject, message in MESSAGES.items():
        client.begin_data()
        client.send(re.sub(rb'(?m)^\.', b'..', message))
        name = client.end_data()
        [file] = [file for file in os.listdir(f'{MAILDIR}/new') if file.startswith(f'{name},')]
        with open(f'{MAILDIR}/new/{file}', 'rb') as stored:
            octets = stored.read()
        assert octets.endswith(message.replace(b'\r\n', b'\n')), subject
        files[file] = octets
    client.quit()
    assert len(files) == len(MESSAGES)
    return files
