"""The steps of a session of which everything is expected: replies, log and exit status."""

import os
import pwd
import re

from kinds import KINDS
from logs import EVENT, Logs
from server import eventually, exit_statuses, sessions
from wire import BEFORE_TLS, GREETING, NOOP, READY

MAILDIR = '/var/lib/mailpit/Maildir'
PLAINTEXT = GREETING + BEFORE_TLS + READY


class Steps:
    """Under one super-server, which is started here."""

    def __init__(self, name):
        self.name = name
        self.server = KINDS[name]()
        self.logs = Logs(self.server)
        # Other than 0, so far.
        self.statuses = []
        self.owner = pwd.getpwnam('mailpit').pw_uid
        self.server.start()

    def begin(self):
        """A client that has come as far as EHLO over TLS."""
        client = self.server.connect()
        client.begin()
        return client

    def begin_message(self):
        """A client that has sent half of a message over TLS, which has been taken."""
        client = self.begin()
        client.begin_transaction()
        half = 'Subject: x\r\n\r\nhalf of a mess'
        client.send(f'BDAT {len(half)}\r\n{half}')
        client.take(NOOP)
        return client

    def end(self, client, status=0):
        """Both sides end the connection, and whoever can tell the status tells this one."""
        client.take_end()
        client.finish()
        self.expect(client, status)

    def expect(self, client, status):
        self.server.assert_exit(client, status)
        eventually('the session has ended', lambda: not sessions())

    def expect_last_line(self, sessions_ended=1):
        """So many sessions have told of their end, whatever they told before."""
        eventually(f'last lines of {sessions_ended} are there', lambda: ''.join(
            self.logs.new_lines()).count(' session-closed: ') == sessions_ended)
        self.logs.mark()

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

    def clean_up(self):
        """What a process that is killed leaves in tmp/ stays there until it is aged."""
        for file in os.listdir(f'{MAILDIR}/tmp'):
            os.unlink(f'{MAILDIR}/tmp/{file}')
