#!/usr/bin/env python3
"""Carries out what the manual says on sending by hand, as it is written, to a service that is set
up as it says.

Usage: machine byhand.py BINARY, as root; in an empty directory.
"""

import glob
import os
import shutil
import sys

import sample
from kinds import KINDS
from logs import SystemLog, text_of
from readme import block
from server import OTHERS, PATIENCE, eventually, install, run, sessions
from smtp import connected, converse

HAND = 'by-hand'
MAILDIR = '/var/lib/mailpit/Maildir'


def take_message(text):
    """Sees that there is one message, with this text in it, and takes it away."""
    [file] = glob.glob(f'{MAILDIR}/new/*')
    assert text in text_of(file), text_of(file)
    os.unlink(file)


def follow(transcript):
    """Runs the command behind `$`; says each line that is no reply, and expects each that is."""
    command, *lines = transcript.rstrip('\n').split('\n')
    assert command.startswith('$ '), command
    with connected(command[2:]) as (client, _):
        for line in lines:
            if line[:3].isdigit():
                client.take(f'{line}\r\n')
            else:
                client.send(f'{line}\n')


def by_nc():
    """what nc gets"""
    follow(block(HAND, '$ nc'))


def by_openssl():
    """a whole session by openssl s_client, with lines that it must not take for its own"""
    with connected(block(HAND, 'openssl s_client').rstrip()) as (client, process):
        converse(client, [
            ('EHLO client.example', 250), ('MAIL FROM:<alice@example.org>', 250),
            ('RCPT TO:<bob@example.org>', 250), ('DATA', 354), ('Subject: by openssl', None),
            ('', None), ('Quite', None), ('Right', None), ('.', 250), ('QUIT', 221)], '\n')
        client.take_end()
        errors = process.communicate(timeout=PATIENCE)[1]
        assert process.returncode == 0, errors
    take_message('Subject: by openssl\n\nQuite\nRight\n')


def by_curl():
    """a message by curl"""
    shutil.copy('cert.pem', 'ca.pem')
    with open('message.eml', 'wb') as file:
        file.write(b'Subject: by curl\r\n\r\nhello\r\n')
    run(block(HAND, 'curl '))
    take_message('Subject: by curl\n\nhello\n')


def by_swaks():
    """a message by swaks through ssh"""
    run(block(OTHERS, 'swaks --pipe'))
    take_message('Return-Path: <me@example.org>')


def main():
    install(sys.argv[1])
    SystemLog()
    for kind, cases in [('tcpserver', [by_nc, by_openssl, by_curl]), ('ssh', [by_swaks])]:
        server = KINDS[kind]()
        server.start()
        server.connect().abort()
        for case in cases:
            case()
            eventually('the session has ended', lambda: not sessions())
            sample.assert_nothing_stored(MAILDIR)
            print(f'ok    by hand, as the manual says: {case.__doc__}', flush=True)


if __name__ == '__main__':
    main()
