#!/usr/bin/env python3
"""Shows that those who read mail can read what the program has written.

Usage: machine shows.py BINARY, as root; in an empty directory. servers.d is in PYTHONPATH.
"""

import contextlib
import email
import email.policy
import glob
import imaplib
import mailbox
import os
import pathlib
import shutil
import subprocess
import sys

import dovecot
from mail import ATTACHMENT, MESSAGES, deliver, start
from server import MAILDIR, block, eventually, install, replaced, run


def as_crlf(octets):
    """As IMAP has it. RFC 9051 §4.3.1: no octet 0, in place of which Dovecot gives this one."""
    return octets.replace(b'\r\n', b'\n').replace(b'\n', b'\r\n').replace(b'\0', b'\x80')


def flatten(value):
    return ' '.join(str(value).split())


class Reading:
    """Each a method, in the order in which they are run; its documentation is what it shows."""

    def __init__(self):
        self.server = start()
        self.files = deliver(self.server)

    def python_mailbox(self):
        """mailbox.Maildir of Python gives each message octet by octet, as a new one"""
        box = mailbox.Maildir(MAILDIR, create=False)
        assert sorted(box.get_bytes(key) for key in box.keys()) == sorted(self.files.values())
        for message in box:
            assert message.get_subdir() == 'new' and message.get_flags() == ''

    def email_parser(self):
        """an .eml parser finds our header fields, the client's and an attachment"""
        subjects = set()
        for octets in self.files.values():
            message = email.message_from_bytes(octets, policy=email.policy.default)
            assert message.keys()[:3] == ['Return-Path', 'Envelope-To', 'Received']
            assert message['Return-Path'] == '<alice@example.org>'
            assert message['Envelope-To'] == '<bob@example.org>'
            assert flatten(message['Received']).startswith(
                'from client.example ([127.0.0.1]) by mx.example (Mailpit) with ESMTPS id ')
            attached = [part.get_content() for part in message.iter_attachments()]
            assert attached == ([ATTACHMENT] if message['Subject'] == 'attached' else []), attached
            if message['Subject']:
                subjects.add(flatten(message['Subject']))
        expected = {'odd lines', 'attached', 'header only', 'from line', 'control',
                    'Grüße utf-8', 'folded and going on', 'large'}
        assert expected <= subjects, subjects

    def mutt(self):
        """mutt opens the Maildir and gives each message octet by octet"""
        os.mkdir('mutt')
        shutil.copytree(MAILDIR, 'mutt/Maildir')
        shutil.copy(f'{os.path.dirname(os.path.realpath(__file__))}/mutt.rc', 'mutt/rc')
        os.mkdir('mutt/out')
        # It wants a terminal, which `script` gives it.
        run('cd mutt && TERM=xterm LC_ALL=C.UTF-8 timeout 30 script -qec '
            '"mutt -n -F rc -f Maildir" /dev/null < /dev/null > screen 2>&1')
        # It ends a header behind which nothing comes as if there were an empty body.
        expected = [octets if b'\n\n' in octets else octets + b'\n'
                    for octets in self.files.values()]
        assert sorted(file.read_bytes() for file in pathlib.Path('mutt/out').iterdir()) == sorted(expected)

    def mblaze(self):
        """mblaze's commands of the manual list each message, and show the one that is sought"""
        commands = replaced(block('reader-mblaze', 'mlist'), '"hello"', '"header only"')
        done = subprocess.run(['sh', '-ec', commands], capture_output=True, text=True, check=True,
                              env={**os.environ, 'LC_ALL': 'C.UTF-8'})
        assert done.stdout.count('Subject: ') == 1 and '\nSubject: header only\n' in done.stdout
        listed, _, _ = done.stdout.partition('\nSubject: ')
        assert 'header only' in listed and 'Grüße utf-8' in listed

    def dovecot_reads(self):
        """Dovecot gives each message octet by octet, with the size of W=, and has no complaint"""
        dovecot.configure()
        inbox = dovecot.Inbox()
        assert inbox.count == len(self.files)
        expected = sorted((len(as_crlf(octets)), as_crlf(octets))
                          for octets in self.files.values())
        got = sorted(inbox.messages())
        assert got == expected, [
            (a[0], b[0], a[1][-60:], b[1][-60:]) for a, b in zip(got, expected) if a != b]
        assert len(inbox.search('FROM', 'alice')) == 1
        assert len(inbox.search('HEADER', 'Return-Path', 'alice@example.org')) == len(MESSAGES)
        inbox.close()
        assert dovecot.complaints() == []

    def dovecot_sizes(self):
        """doveadm tells the sizes S= and W= of each file"""
        done = subprocess.run(
            ['runuser', '-u', 'mailpit', '--', 'env', 'USER=mailpit', 'HOME=/var/lib/mailpit',
             'doveadm', '-f', 'tab', 'fetch', 'size.physical size.virtual', 'all'],
            capture_output=True, text=True, check=True)
        sizes = sorted(tuple(map(int, line.split())) for line in done.stdout.split('\n')[1:-1])
        assert sizes == sorted(
            (len(octets), len(as_crlf(octets))) for octets in self.files.values())
        assert done.stderr == ''

    def dovecot_would_complain(self):
        """and a wrong size in a name is what it complains of"""
        head, _, flags = os.listdir(f'{MAILDIR}/cur')[0].partition(',S=')
        wrong = f'{head}x,S=1,W=2'
        shutil.copy(f'{MAILDIR}/cur/{head},S={flags}', f'{MAILDIR}/new/{wrong}')
        run(f'chown mailpit {MAILDIR}/new/*')
        inbox = dovecot.Inbox()
        # It ends the session there.
        with contextlib.suppress(imaplib.IMAP4.abort):
            inbox.messages()
        assert any(wrong.split(',')[0] in line for line in dovecot.complaints())
        for found in glob.glob(f'{MAILDIR}/*/{head}x,*'):
            os.unlink(found)
        dovecot.forget()

    def while_delivering(self):
        """a reader that moves and flags messages within a session disturbs neither"""
        client = self.server.connect()
        client.begin()
        client.begin_data()
        client.send('Subject: second\r\n\r\nhalf of ')
        inbox = dovecot.Inbox()
        before = inbox.count
        uids = inbox.search('ALL')
        inbox.set_flag(uids, r'(\Seen \Flagged)')
        for uid in inbox.search('SUBJECT', 'large'):
            inbox.set_flag([uid], r'(\Deleted)')
        inbox.refresh()
        assert os.listdir(f'{MAILDIR}/new') == []
        assert all(name.rpartition(':2,')[2].startswith('FS') for name in
                   os.listdir(f'{MAILDIR}/cur'))
        client.send('a message\r\n')
        name = client.end_data()
        [file] = os.listdir(f'{MAILDIR}/new')
        assert file.startswith(f'{name},')
        eventually('Dovecot sees it', lambda: inbox.refresh() == before + 1)
        client.begin_data()
        client.send('Subject: third\r\n\r\nx\r\n')
        client.end_data()
        client.quit()
        eventually('Dovecot sees both', lambda: inbox.refresh() == before + 2)
        assert len(inbox.search('UNSEEN')) == 2
        inbox.close()
        assert dovecot.complaints() == []
        box = mailbox.Maildir(MAILDIR, create=False)
        flags = sorted(message.get_flags() for message in box)
        assert flags == sorted(['', ''] + ['FS'] * (before - 1) + ['FST']), flags

    def run(self):
        for case in [
                self.python_mailbox, self.email_parser, self.mutt, self.mblaze, self.dovecot_reads, self.dovecot_sizes, self.dovecot_would_complain,
                self.while_delivering]:
            case()
            print(f'ok    {case.__doc__}', flush=True)


if __name__ == '__main__':
    install(sys.argv[1])
    Reading().run()
