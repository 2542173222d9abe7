"""Dovecot: a real IMAP session over the Maildir, and what it logs of it."""

import imaplib
import re
import shlex

from server import MAILDIR

CONFIGURATION = f'''
mail_location = maildir:{MAILDIR}
first_valid_uid = 1
protocols = imap
ssl = no
mail_debug = no
'''
# Started without Dovecot's master process it logs to standard error.
LOG = 'dovecot.log'
IMAP = ['runuser', '-u', 'mailpit', '--', 'env', 'USER=mailpit', 'HOME=/var/lib/mailpit',
        '/usr/lib/dovecot/imap']


def configure():
    with open('/etc/dovecot/dovecot.conf', 'w', encoding='utf-8') as file:
        file.write(CONFIGURATION)
    forget()


def forget():
    """Empties its log."""
    with open(LOG, 'w', encoding='utf-8'):
        pass


def complaints():
    """What it has logged of errors, warnings and panics."""
    with open(LOG, encoding='utf-8') as file:
        return [line for line in file if re.search(r'Error|Warning|Panic|Fatal', line)]


class Inbox:
    """An IMAP session that is logged in already, with INBOX selected."""

    def __init__(self):
        self._imap = imaplib.IMAP4_stream(f'{shlex.join(IMAP)} 2>> {LOG}')
        assert self._imap.state == 'AUTH', self._imap.welcome
        self.count = int(self._ok(self._imap.select('INBOX'))[0])

    @staticmethod
    def _ok(answer):
        status, data = answer
        assert status == 'OK', answer
        return data

    def messages(self):
        """The size that it tells and the octets that it gives, of each message."""
        data = self._ok(self._imap.uid('FETCH', '1:*', '(RFC822.SIZE BODY.PEEK[])'))
        return [(int(re.search(rb'RFC822\.SIZE (\d+)', head)[1]), octets)
                for head, octets in (part for part in data if isinstance(part, tuple))]

    def search(self, *criteria):
        return self._ok(self._imap.uid('SEARCH', *criteria))[0].split()

    def set_flag(self, uids, flag):
        self._ok(self._imap.uid('STORE', b','.join(uids).decode(), '+FLAGS', flag))

    def refresh(self):
        """How many messages there are by now."""
        self._ok(self._imap.noop())
        counts = self._imap.response('EXISTS')[1]
        if counts[-1] is not None:
            self.count = int(counts[-1])
        return self.count

    def close(self):
        self._imap.logout()
