#!/usr/bin/env python3
"""Shows of one super-server that the program delivers under it, that the log is where it belongs,
and that nothing but SMTP reaches the client, whatever happens.

Usage: machine shows.py BINARY KIND [CASE], as root; in an empty directory.
"""

import os
import pwd
import re
import signal
import sys

import sample
from kinds import KINDS, eventually, exit_statuses, install, run, sessions
from logs import EVENT, Logs

from wire import (BEFORE_TLS, BYE, DATA, FULL, GREETING, IN_TLS, MISCONFIGURED, QUEUED, READY,
                  REFUSED)

MAILDIR = '/var/lib/mailpit/Maildir'
PLAINTEXT = GREETING + BEFORE_TLS + READY


class Cases:
    """Each a method, in the order in which they are run; its documentation is what it shows."""

    def __init__(self, name):
        self.name = name
        self.server = KINDS[name]()
        self.logs = Logs(self.server)
        # Other than 0, so far.
        self.statuses = []
        self.owner = pwd.getpwnam('mailpit').pw_uid

    # MARK: Steps

    def begin(self):
        """A client that has come as far as EHLO over TLS."""
        client = self.server.connect()
        client.take(GREETING)
        client.say('EHLO client.example', BEFORE_TLS)
        client.start_tls('cert.pem')
        client.say('EHLO client.example', IN_TLS)
        return client

    def begin_data(self, client):
        client.say(f'MAIL FROM:<{sample.SENDER}> BODY=8BITMIME', '250 2.1.0 Ok\r\n')
        client.say(f'RCPT TO:<{sample.RECIPIENT}>', '250 2.1.5 Ok\r\n')
        client.say('DATA', DATA)

    def end(self, client, status=0):
        """Both sides end the connection, and whoever can tell the status tells this one."""
        client.take_end()
        client.close()
        self.expect(client, status)

    def expect(self, client, status):
        self.server.assert_exit(client, status)
        eventually('the session has ended', lambda: not sessions())

    def expect_log(self, *events):
        """The session's lines have these events, beside what is only said when asked for."""
        def found():
            names = [EVENT.search(line)[3] for line in self.logs.new_lines()]
            return [name for name in names if name not in ('sandbox', 'dialogue')] == list(events)
        try:
            eventually(f'{events} in the log', found)
        except AssertionError:
            raise AssertionError(f'{events} where there is {self.logs.new_lines()}') from None
        lines = self.logs.new_lines()
        self.logs.mark()
        return lines

    def expect_status(self, status):
        """The super-server, if it does so at all, tells of this one too."""
        self.statuses.append(status)

        def told():
            return exit_statuses(self.server, self.logs.everything) in (None, self.statuses)
        eventually(f'{self.statuses} told as exit statuses', told)

    # MARK: Cases

    def message(self):
        """delivers octet by octet, and logs where it should, with the client's address"""
        client = self.begin()
        self.begin_data(client)
        client.send(sample.on_the_wire(self.name))
        name = client.take(QUEUED)[1]
        client.say('QUIT', BYE)
        client.close()
        client.take_end()
        client.assert_plaintext_then_tls(PLAINTEXT)
        self.expect(client, 0)
        sample.assert_stored(MAILDIR, name, self.name, self.server.origin, self.owner)
        sample.assert_nothing_stored(MAILDIR)
        for line in self.expect_log(
                'session-opened', 'tls-established', 'message-stored', 'session-closed'):
            assert re.search(self.server.remote, line) or self.server.origin == 'unknown', line

    def plaintext(self):
        """answers before TLS with SMTP and nothing else"""
        client = self.server.connect()
        client.send('EHLO client.example\r\nMAIL FROM:<alice@example.org>\r\nQUIT\r\n')
        client.take(GREETING + BEFORE_TLS + REFUSED + BYE)
        self.end(client)
        client.assert_plaintext(GREETING + BEFORE_TLS + REFUSED + BYE)
        self.expect_log('session-opened', 'protocol-error', 'session-closed')

    def configuration_error(self):
        """tells the client of a configuration error nothing but that there is one"""
        os.rename('/etc/mailpit/key.pem', '/etc/mailpit/hidden')
        try:
            client = self.server.connect()
            client.take(MISCONFIGURED)
            self.end(client, 78)
            client.assert_plaintext(MISCONFIGURED)
        finally:
            os.rename('/etc/mailpit/hidden', '/etc/mailpit/key.pem')
        line = self.expect_log('config-error')[-1]
        assert '/etc/mailpit/key.pem' in line and f'uid {self.owner}' in line, line
        self.expect_status(78)

    def full_disk(self):
        """answers a full disk with 452, and ends with status 75"""
        run(f'mount -t tmpfs -o size=16k,mode=700,uid={self.owner} tmpfs {MAILDIR}')
        try:
            client = self.begin()
            self.begin_data(client)
            client.send('Subject: x\r\n\r\n' + ('x' * 998 + '\r\n') * 40 + '.\r\n')
            client.take(FULL)
            client.say('QUIT', BYE)
            client.close()
            client.take_end()
            client.assert_plaintext_then_tls(PLAINTEXT)
            self.expect(client, 75)
            sample.assert_nothing_stored(MAILDIR)
        finally:
            run(f'umount {MAILDIR}')
        self.expect_log(
            'session-opened', 'tls-established', 'storage-error', 'message-rejected',
            'session-closed')
        self.expect_status(75)

    def defect(self):
        """shows the client nothing of a defect, before TLS"""
        client = self.server.connect()
        client.take(GREETING)
        [session] = sessions()
        os.kill(session, signal.SIGSEGV)
        self.end(client, 70)
        client.assert_plaintext(GREETING)
        self.logs.mark()
        self.expect_status(70)

    def defect_in_tls(self):
        """shows the client nothing of a defect, over TLS and within a message"""
        client = self.begin()
        self.begin_data(client)
        client.send('Subject: x\r\n\r\nhalf of a mess')
        [session] = sessions()
        os.kill(session, signal.SIGABRT)
        self.end(client, 70)
        client.assert_plaintext_then_tls(PLAINTEXT)
        eventually('its lines are there', self.logs.new_lines)
        self.logs.mark()
        self.expect_status(70)
        self.clean_up()

    def killed(self):
        """shows the client nothing where the program is killed within a message"""
        client = self.begin()
        self.begin_data(client)
        client.send('Subject: x\r\n\r\nhalf of a mess')
        [session] = sessions()
        os.kill(session, signal.SIGKILL)
        client.take_end()
        client.assert_plaintext_then_tls(PLAINTEXT)
        client.close()
        eventually('the session has ended', lambda: not sessions())
        self.logs.mark()
        assert os.listdir(f'{MAILDIR}/new') == []
        self.clean_up()

    def told_to_end(self):
        """says 421 where the program is told to end within a message, and stores nothing"""
        client = self.begin()
        self.begin_data(client)
        client.send('Subject: x\r\n\r\nhalf of a mess')
        [session] = sessions()
        os.kill(session, signal.SIGTERM)
        client.take('421 4.3.2 Shutting down\r\n')
        self.end(client)
        client.assert_plaintext_then_tls(PLAINTEXT)
        sample.assert_nothing_stored(MAILDIR)
        eventually('its last line is there', lambda: 'session-closed: ' in ''.join(
            self.logs.new_lines()))
        self.logs.mark()

    def aborting_client(self):
        """outlives clients that are gone in the greeting, the handshake and the message"""
        for step in range(3):
            if step == 2:
                client = self.begin()
                self.begin_data(client)
                client.send('Subject: x\r\n\r\nhalf of a mess')
            else:
                client = self.server.connect()
                client.take(GREETING)
                if step == 1:
                    client.say('STARTTLS', READY)
                    client.send(b'\x16\x03\x01\x02\x00\x01')
            eventually('there is a session', sessions)
            client.abort()
            eventually('the session has ended', lambda: not sessions())
            sample.assert_nothing_stored(MAILDIR)
            eventually('its last line is there', lambda: 'session-closed: ' in ''.join(
                self.logs.new_lines()))
            self.logs.mark()

    def after_all(self):
        """goes on delivering after all that"""
        self.message()

    # MARK: The rest

    def clean_up(self):
        """What a process that is killed leaves in tmp/ stays there until it is aged."""
        for file in os.listdir(f'{MAILDIR}/tmp'):
            os.unlink(f'{MAILDIR}/tmp/{file}')

    def run(self):
        self.server.start()
        for case in [
                self.message, self.plaintext, self.configuration_error, self.full_disk,
                self.defect, self.defect_in_tls, self.killed, self.told_to_end,
                self.aborting_client, self.after_all]:
            try:
                case()
            except Exception:
                print(f'{self.name}, {case.__name__}; the log:\n{self.logs.everything}',
                      file=sys.stderr)
                raise
            print(f'ok    {self.name} {case.__doc__}', flush=True)


if __name__ == '__main__':
    install(sys.argv[1])
    Cases(sys.argv[2]).run()
