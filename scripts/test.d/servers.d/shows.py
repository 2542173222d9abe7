#!/usr/bin/env python3
"""Shows of one super-server that the program delivers under it, that the log is where it belongs, that nothing
but SMTP reaches the client, whatever happens; and that what the manual says on sending by hand works there.

Usage: machine shows.py BINARY KIND, as root.
"""

import glob
import os
import pwd
import re
import shutil
import signal
import socket
import sys
import tempfile
import threading

import sample
from kinds import KINDS
from server import (GREETING, HAND, LOG_FILE, MAILDIR, MISCONFIGURED, NOOP, OTHERS, PATIENCE, PLAINTEXT,
                    block, eventually, install, run, sessions, text_of)
from smtp import connected, converse

EVENT = re.compile(r'mailpit\[(\d+)\]: (\S+) ([a-z-]+): ')


class SystemLog:
    """A daemon at /dev/log that keeps all it is told."""

    def __init__(self):
        self._messages = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind('/dev/log')
        os.chmod('/dev/log', 0o666)
        threading.Thread(target=self._receive, daemon=True).start()

    def _receive(self):
        while True:
            self._messages.append(self._socket.recv(65536).decode())

    @property
    def text(self):
        return ''.join(message.rstrip('\0\n') + '\n' for message in list(self._messages))


class Cases:
    """Each a method, in the order in which they are run; its documentation is what it shows."""

    def __init__(self, name):
        self.name, self.server = name, KINDS[name]()
        self.system_log = SystemLog()
        # Lines that were looked at, and exit statuses other than 0, so far.
        self.seen, self.statuses = 0, []
        self.owner = pwd.getpwnam('mailpit').pw_uid
        self.server.start()

    @property
    def everything_logged(self):
        return self.system_log.text + text_of('stderr')

    def new_lines(self):
        """The program's lines that were not looked at yet. All there are stand in the right place."""
        places = {'syslog': self.system_log.text, 'standard error': text_of('stderr'),
                  LOG_FILE: text_of(LOG_FILE)}
        lines = places.pop(self.server.logs_to).split('\n')
        for place, text in places.items():
            assert not EVENT.search(text), f'in {place}: {text}'
        return [line for line in lines if EVENT.search(line)][self.seen:]

    def expect_log(self, *events):
        """The lines have these events, in any order, beside what is only said when asked for."""
        def found():
            names = [EVENT.search(line)[3] for line in self.new_lines()]
            return sorted(name for name in names if name not in ('sandbox', 'dialogue')) == sorted(events)
        try:
            eventually(f'{events} in the log', found)
        except AssertionError:
            raise AssertionError(f'{events} where there is {self.new_lines()}') from None
        lines = self.new_lines()
        self.seen += len(lines)
        return lines

    def expect_status(self, client, status):
        """Both sides end the connection, and whoever can tell the status tells this one."""
        client.take_end()
        client.finish()
        self.server.assert_exit(client, status)
        eventually('the session has ended', lambda: not sessions())
        self.statuses.append(status)

        def told():
            return self.server.exit_statuses(self.everything_logged) in (None, self.statuses)
        eventually(f'{self.statuses} told as exit statuses', told)

    def configuration_error(self):
        """tells the client of a configuration error nothing but that there is one"""
        os.rename('/etc/mailpit/key.pem', '/etc/mailpit/hidden')
        client = self.server.connect()
        client.take(MISCONFIGURED)
        self.expect_status(client, 78)
        client.assert_nothing_but_smtp(MISCONFIGURED)
        os.rename('/etc/mailpit/hidden', '/etc/mailpit/key.pem')
        line = self.expect_log('config-error')[-1]
        assert '/etc/mailpit/key.pem' in line and f'uid {self.owner}' in line, line

    def defect(self):
        """shows the client nothing of a defect, over TLS and within a message"""
        client = self.server.connect()
        client.begin()
        client.begin_data()
        client.send('Subject: x\r\n\r\nhalf of a mess')
        [session] = sessions()
        os.kill(session, signal.SIGABRT)
        self.expect_status(client, 70)
        client.assert_nothing_but_smtp(PLAINTEXT)
        self.expect_log('session-opened', 'tls-established')
        # What a process that is killed leaves in tmp/ stays there until it is aged.
        for file in os.listdir(f'{MAILDIR}/tmp'):
            os.unlink(f'{MAILDIR}/tmp/{file}')

    def two_clients(self):
        """serves two clients at once, unless it waits for the end of each session"""
        first, second = self.server.connect(), self.server.connect()
        if self.server.waits:
            first.take(GREETING)
            assert not second.has_input()
        else:
            second.take(GREETING)
            first.take(GREETING)
            second.say('NOOP', NOOP)
        first.say('NOOP', NOOP)
        assert not second.has_input()
        first.quit()
        if self.server.waits:
            second.take(GREETING)
        second.quit()
        eventually('the sessions have ended', lambda: not sessions())
        self.expect_log(*2 * ['session-opened', 'session-closed'])

    def message(self):
        """delivers octet by octet after that, and logs where it should, with the client's address"""
        client = self.server.connect()
        client.begin()
        client.begin_data()
        client.send(sample.on_the_wire(self.name))
        name = client.end_data()
        client.quit()
        client.assert_nothing_but_smtp(PLAINTEXT)
        self.server.assert_exit(client, 0)
        eventually('the session has ended', lambda: not sessions())
        sample.assert_stored(MAILDIR, name, self.name, self.server.origin, self.owner)
        sample.assert_nothing_stored(MAILDIR)
        for line in self.expect_log(
                'session-opened', 'tls-established', 'message-stored', 'session-closed'):
            assert re.search(self.server.remote, line) or self.server.origin == 'unknown', line

    def rate(self):
        """serves 300 sessions, one after the other without a pause"""
        for _ in range(300):
            client = self.server.connect()
            client.take(GREETING)
            client.quit()

    def run(self):
        cases = [self.configuration_error, self.defect, self.two_clients, self.message]
        if self.server.has_rate:
            cases.append(self.rate)
        for case in [*cases, *BY_HAND.get(self.name, [])]:
            try:
                case()
                eventually('the session has ended', lambda: not sessions())
                sample.assert_nothing_stored(MAILDIR)
            except Exception:
                print(f'{self.name}, {case.__name__}; the log:\n{self.everything_logged}',
                      file=sys.stderr)
                raise
            print(f'ok    {self.name} {case.__doc__}', flush=True)


# What the manual says on sending by hand, as it is written

def take_message(text):
    """Sees that there is one message, with this text in it, and takes it away."""
    [file] = glob.glob(f'{MAILDIR}/new/*')
    assert text in text_of(file), text_of(file)
    os.unlink(file)


def by_nc():
    """gives nc what the manual says"""
    command, *lines = block(HAND, '$ nc').rstrip('\n').split('\n')
    with connected(command.removeprefix('$ ')) as (client, _):
        for line in lines:
            if line[:3].isdigit():
                client.take(f'{line}\r\n')
            else:
                client.send(f'{line}\n')


def by_openssl():
    """serves openssl s_client, with lines that it must not take for its own"""
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
    """takes a message by curl, as the manual says"""
    shutil.copy('cert.pem', 'ca.pem')
    with open('message.eml', 'wb') as file:
        file.write(b'Subject: by curl\r\n\r\nhello\r\n')
    run(block(HAND, 'curl '))
    take_message('Subject: by curl\n\nhello\n')


def by_swaks():
    """takes a message by swaks through ssh, as the manual says"""
    run(block(OTHERS, 'swaks --pipe'))
    take_message('Return-Path: <me@example.org>')


BY_HAND = {'tcpserver': [by_nc, by_openssl, by_curl], 'ssh': [by_swaks]}

if __name__ == '__main__':
    os.chdir(tempfile.mkdtemp(dir='.'))
    install(sys.argv[1])
    Cases(sys.argv[2]).run()
