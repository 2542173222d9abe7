#!/usr/bin/env python3
"""Shows of one super-server that the program delivers under it, that the log is where it belongs,
and that nothing but SMTP reaches the client, whatever happens.

Usage: machine shows.py BINARY KIND, as root; in an empty directory.
"""

import os
import re
import signal
import sys

import sample
from server import eventually, install, run, sessions
from session import MAILDIR, PLAINTEXT, Steps
from wire import BEFORE_TLS, BYE, FULL, GREETING, MISCONFIGURED, NOOP, QUEUED, READY, REFUSED


class Cases(Steps):
    """Each a method, in the order in which they are run; its documentation is what it shows."""

    def message(self):
        """delivers octet by octet, and logs where it should, with the client's address"""
        client = self.begin()
        client.begin_data()
        client.send(sample.on_the_wire(self.name))
        name = client.take(QUEUED)[1]
        client.quit()
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

    def failed_handshake(self):
        """says nothing in plaintext where the handshake fails"""
        client = self.server.connect()
        client.take(GREETING)
        client.say('STARTTLS', READY)
        client.send('EHLO client.example\r\n')
        self.end(client)
        client.assert_plaintext(GREETING + READY)
        self.expect_log('session-opened', 'tls-failed', 'session-closed')

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
            client.begin_data()
            client.send('Subject: x\r\n\r\n' + ('x' * 998 + '\r\n') * 40 + '.\r\n')
            client.take(FULL)
            client.quit()
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
        self.expect_log('session-opened')
        self.expect_status(70)

    def defect_in_tls(self):
        """shows the client nothing of a defect, over TLS and within a message"""
        client = self.begin_message()
        [session] = sessions()
        os.kill(session, signal.SIGABRT)
        self.end(client, 70)
        client.assert_plaintext_then_tls(PLAINTEXT)
        self.expect_log('session-opened', 'tls-established')
        self.expect_status(70)
        self.clean_up()

    def killed(self):
        """shows the client nothing where the program is killed within a message"""
        client = self.begin_message()
        [session] = sessions()
        os.kill(session, signal.SIGKILL)
        client.take_end()
        client.assert_plaintext_then_tls(PLAINTEXT)
        client.close()
        eventually('the session has ended', lambda: not sessions())
        self.expect_log('session-opened', 'tls-established')
        assert os.listdir(f'{MAILDIR}/new') == []
        self.clean_up()

    def told_to_end(self):
        """says 421 where the program is told to end within a message, and stores nothing"""
        client = self.begin_message()
        [session] = sessions()
        os.kill(session, signal.SIGTERM)
        client.take('421 4.3.2 Shutting down\r\n')
        self.end(client)
        client.assert_plaintext_then_tls(PLAINTEXT)
        sample.assert_nothing_stored(MAILDIR)
        self.expect_last_line()

    def aborting_client(self):
        """outlives clients that are gone in the greeting, the handshake and the message"""
        for step in range(3):
            if step == 2:
                client = self.begin_message()
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
            self.expect_last_line()

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
        self.expect_last_line(sessions_ended=2)

    def after_all(self):
        """goes on delivering after all that"""
        self.message()

    def rate(self):
        """serves 300 sessions, one after the other without a pause"""
        for _ in range(300):
            client = self.server.connect()
            client.take(GREETING)
            client.quit()
            client.assert_plaintext(GREETING + BYE)

    def run(self):
        cases = [
            self.message, self.plaintext, self.failed_handshake, self.configuration_error,
            self.full_disk, self.defect, self.defect_in_tls, self.killed, self.told_to_end,
            self.aborting_client, self.two_clients, self.after_all]
        if self.server.has_rate:
            cases.append(self.rate)
        for case in cases:
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
