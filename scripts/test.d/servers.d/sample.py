"""A message that servers are apt to spoil, and the check that a file of the Maildir is it."""

import os
import re


def lines(subject):
    """With dots, commands and an end that is none at the start of lines, and more than ASCII."""
    return [line.encode() for line in [
        'From: Alice <alice@example.org>', 'To: bob@example.org', f'Subject: {subject}',
        'Date: Wed, 25 Nov 2026 04:30:00 +0000', 'Message-ID: <1@client.example>',
        'MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: 8bit', '', 'Grüße', '.', '..', '.hidden', 'QUIT',
        'RCPT TO:<x@example.org>', 'R', 'From here', 'a\x01b', 'x' * 998, 'trailing blanks  ',
        '\ttab', '', '']]


def on_the_wire(subject):
    """RFC 5321 §4.5.2: a dot more before a dot; without the end of the data."""
    return b''.join(
        (b'.' if line.startswith(b'.') else b'') + line + b'\r\n' for line in lines(subject))


TRACE = re.compile(
    rb'Return-Path: <alice@example\.org>\nEnvelope-To: <bob@example\.org>\n'
    rb'Received: from client\.example \(([^\n()]+)\) by mx\.example \(Mailpit\) with ESMTPS id '
    rb'(\S+)\n    for <bob@example\.org> tls TLS_[A-Z0-9_]+; [^\n]{25,31}\n')


def assert_stored(maildir, name, subject, origin, owner):
    """Sees that the one file that has this name is whole, and whose it is; takes it away."""
    found = [file for file in os.listdir(f'{maildir}/new') if file.startswith(f'{name},')]
    assert len(found) == 1, f'{found} where one file {name} was expected'
    path = f'{maildir}/new/{found[0]}'
    with open(path, 'rb') as file:
        octets = file.read()
    match = TRACE.match(octets)
    assert match, f'no trace header: {octets[:400]!r}'
    assert match[1] == origin.encode(), f'from {match[1]!r} where {origin!r} was expected'
    assert match[2] == name.encode()
    expected = b''.join(line + b'\n' for line in lines(subject))
    assert octets[match.end():] == expected, f'not as it was sent: {octets[match.end():]!r}'
    size, lf = len(octets), octets.count(b'\n')
    assert found[0] == f'{name},S={size},W={size + lf}', found[0]
    status = os.stat(path)
    assert (status.st_uid, status.st_mode & 0o777) == (owner, 0o600), 'not its owner\'s alone'
    os.unlink(path)


def assert_nothing_stored(maildir):
    for folder in ('new', 'tmp', 'cur'):
        path = f'{maildir}/{folder}'
        left = os.listdir(path) if os.path.isdir(path) else []
        assert left == [], f'{left} in {folder}'
