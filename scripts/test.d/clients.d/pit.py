"""The server that clients deliver to: a process of the program for each connection."""

import glob
import re
import socket
import subprocess
import threading

ADDRESS = ('127.0.0.2', 587)
# What the program puts before what the client has sent.
OURS = re.compile(
    rb'Return-Path: .*\nEnvelope-To: .*\n(?:[ \t].*\n)*Received: .*\n(?:[ \t].*\n)*'
    rb'(?:X-Mailpit-Findings: .*\n(?:[ \t].*\n)*)?')


class Pit:
    """In a directory of its own; `certificate` is the prefix of the files of one."""

    def __init__(self, binary, directory, certificate):
        self.maildir, self.log = f'{directory}/Maildir', f'{directory}/log'
        self.command = [
            binary, '--hostname', 'mail.example', '--maildir', self.maildir, '--log-file', self.log,
            '--smtp-tls-cert', f'{certificate}.pem', '--smtp-tls-key', f'{certificate}.key',
            '--verbose']
        self.begun = self.ended = 0
        self.listener = socket.create_server(ADDRESS)
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection = self.listener.accept()[0]
            except OSError:
                return
            self.begun += 1
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection):
        with connection:
            subprocess.run(self.command, stdin=connection, stdout=connection,
                           stderr=subprocess.DEVNULL, check=False)
        self.ended += 1

    @property
    def is_idle(self):
        """Whether there were sessions, and all are over."""
        return 0 < self.begun == self.ended

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    @property
    def messages(self):
        """As they were sent, apart from line ends."""
        found = []
        for path in glob.glob(f'{self.maildir}/new/*'):
            with open(path, 'rb') as file:
                text = file.read()
            ours = OURS.match(text)
            assert ours, text
            found.append((ours[0], text[ours.end():]))
        return found

    @property
    def findings(self):
        """Those of all sessions."""
        with open(self.log, encoding='utf-8') as file:
            told = re.findall(r'session-closed: .*? smtp_findings=(?:"([^"]*)"|(\S+))', file.read())
        return sorted({name for line in told for name in ''.join(line).split(', ')})
