#!/usr/bin/env python3
"""Carries out what the manual says on sending by hand, as it is written, to a service that is set
up as it says.

Usage: machine byhand.py BINARY, as root; in an empty directory.
"""

import contextlib
import glob
import os
import shutil
import socket
import subprocess
import sys

import sample
from kinds import KINDS
from logs import SystemLog, text_of
from readme import block
from server import OTHERS, PATIENCE, eventually, install, run, sessions

HAND = 'by-hand'
MAILDIR = '/var/lib/mailpit/Maildir'


def take_message(text):
    """Sees that there is one message, with this text in it, and takes it away."""
    [file] = glob.glob(f'{MAILDIR}/new/*')
    assert text in text_of(file), text_of(file)
    os.unlink(file)


@contextlib.contextmanager
def connected(command):
    """A command that is a connection: the socket that is its input and output, and the process,
    which is gone afterwards, however it goes."""
    ours, theirs = socket.socketpair()
    ours.settimeout(PATIENCE)
    with ours, open('command.log', 'wb') as errors:
        process = subprocess.Popen(
            ['bash', '-euc', f'exec {command}'], stdin=theirs, stdout=theirs, stderr=errors)
        theirs.close()
        try:
            yield ours, process
        finally:
            process.kill()
            process.wait()


def follow(transcript):
    """Runs the command behind `$`; says each line that is no reply, and expects each that is."""
    command, *lines = transcript.rstrip('\n').split('\n')
    assert command.startswith('$ '), command
    with connected(command[2:]) as (ours, _), ours.makefile('rb') as replies:
        for line in lines:
            if line[:3].isdigit():
                said = replies.readline()
                assert said == f'{line}\r\n'.encode(), f'{said!r} where {line!r} was expected'
            else:
                ours.sendall(f'{line}\n'.encode())


def converse(command, dialogue):
    """Runs a command that ends by itself; says a line and expects what a reply begins with."""
    with connected(command) as (ours, process), ours.makefile('rb') as replies:
        for line, code in dialogue:
            ours.sendall(f'{line}\n'.encode())
            while code is not None:
                reply = replies.readline().decode()
                assert reply.startswith(code), f'{reply!r} where {code} was expected'
                if reply[3] == ' ':
                    break
        assert replies.read() == b''
        assert process.wait(PATIENCE) == 0, text_of('command.log')


def by_nc():
    """what nc gets"""
    follow(block(HAND, '$ nc'))


def by_openssl():
    """a whole session by openssl s_client, with lines that it must not take for its own"""
    # The reply to the EHLO that s_client has said itself before TLS ends with its last line.
    converse(block(HAND, 'openssl s_client').rstrip(), [
        ('EHLO client.example', '250'), ('MAIL FROM:<alice@example.org>', '250'),
        ('RCPT TO:<bob@example.org>', '250'), ('DATA', '354'), ('Subject: by openssl', None),
        ('', None), ('Quite', None), ('Right', None), ('.', '250'), ('QUIT', '221')])
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
