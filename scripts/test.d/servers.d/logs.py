"""Where logs are to be found: a system log for this machine, and files."""

import os
import re
import socket
import threading

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


def text_of(path):
    """The text of a file, empty where there is none."""
    try:
        with open(path, encoding='utf-8', errors='backslashreplace') as file:
            return file.read()
    except FileNotFoundError:
        return ''


class Logs:
    """All places at once, so that a line in the wrong one shows."""

    def __init__(self, server):
        self._server = server
        self._system = SystemLog()
        self._seen = 0

    @property
    def everything(self):
        return self._system.text + text_of('stderr')

    def _places(self):
        return {
            'syslog': self._system.text, 'standard error': text_of('stderr'),
            '/var/lib/mailpit/log': text_of('/var/lib/mailpit/log'),
        }

    def lines(self):
        """The program's lines, which are all in the right place."""
        for place, text in self._places().items():
            found = [line for line in text.split('\n') if EVENT.search(line)]
            if place == self._server.logs_to:
                right = found
            else:
                assert found == [], f'in {place}: {found}'
        return right

    def new_lines(self):
        """Those that came since they were last asked for, if there are any."""
        return self.lines()[self._seen:]

    def mark(self):
        self._seen = len(self.lines())
