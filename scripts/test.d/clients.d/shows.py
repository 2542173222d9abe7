#!/usr/bin/env python3
"""Shows that a client delivers what it is given, and only to whom it can verify.

Usage: machine shows.py BINARY NAME, as root, where certificates and packages are.
"""

import contextlib
import glob
import importlib.metadata
import os
import signal
import subprocess
import sys
import time

from message import RECIPIENTS, SENDER, Message
from pit import Pit
from table import clients

PATIENCE = 60
# Names of the clients' machine and of the server's.
HOSTS = '127.0.0.1 localhost\n127.0.1.1 client.example client\n127.0.0.2 mail.example\n'
# Where queues and sockets are, and where these are kept as they are before the first run.
STATE, SAVED = ('/run', '/var/spool'), '/mnt'


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f'{command}: {done.stdout}{done.stderr}'
    return done.stdout.strip()


def set_up(client):
    """The machine: its name, whom it trusts, and the client."""
    run('hostname', 'client.example')
    with open('/etc/hosts', 'w', encoding='utf-8') as file:
        file.write(HOSTS)
    with open('ca.pem', encoding='utf-8') as file, \
            open('/etc/ssl/certs/ca-certificates.crt', 'a', encoding='utf-8') as trusted:
        trusted.write(file.read())
    for package in client['machine']:
        run('env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', 'install', '-qq', '-y',
            '-o', f'Dir::Cache::archives={os.getcwd()}/packages/{package}', '--no-download',
            '--no-install-recommends', package)
    run('cp', '-a', *STATE, SAVED)


def restore_state():
    """So that no run knows of another."""
    for directory in STATE:
        run('rm', '-rf', *glob.glob(f'{directory}/*'))
        run('cp', '-a', f'{SAVED}/{os.path.basename(directory)}/.', directory)


def version(client):
    for distribution in client['pypi']:
        return importlib.metadata.version(distribution)
    return run('dpkg-query', '-W', '-f=${Version}', (client['machine'] + client['debian'])[0])


class Run:
    """A client's commands, in a directory of its own, while a server with a certificate listens."""

    def __init__(self, client, binary, certificate):
        restore_state()
        self.place = f'{os.getcwd()}/{client.name.replace(" ", "-")}/{certificate}'
        os.makedirs(self.place)
        self.message = Message('eight-bit' in client['message'])
        self._write('message.eml', self.message.octets)
        self._write('message.crlf', self.message.octets.replace(b'\n', b'\r\n'))
        self._write('body', self.message.body)
        os.link('ca.pem', f'{self.place}/ca.pem')
        self.pit = Pit(binary, self.place, f'{os.getcwd()}/{certificate}')
        environment = {
            'PATH': os.environ['PATH'], 'HOME': self.place, 'LC_ALL': 'C.UTF-8',
            'SSL_CERT_FILE': f'{self.place}/ca.pem', 'XDG_CACHE_HOME': f'{os.getcwd()}/cache'}
        with open(f'{self.place}/output', 'wb') as output:
            self.process = subprocess.Popen(
                ['bash', '-euc', client.commands], cwd=self.place, env=environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=output)

    def _write(self, name, octets):
        with open(f'{self.place}/{name}', 'wb') as file:
            file.write(octets)

    def finish(self, condition=lambda: True):
        """Waits until the commands have ended, and the sessions, and the condition holds; then
        whatever still runs on this machine is ended."""
        deadline = time.monotonic() + PATIENCE
        while self.process.poll() is None or not (self.pit.is_idle and condition()):
            assert time.monotonic() < deadline, f'not over in {PATIENCE} s: {self.told}'
            assert not self.process.returncode or self.pit.begun, self.told
            time.sleep(0.01)
        self.pit.close()
        # All on this machine but its first process, which this is.
        assert os.getpid() == 1
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)

    @property
    def has_reached_all(self):
        """Whether the recipients of all messages together are those of the message."""
        ours = b''.join(ours for ours, _ in self.pit.messages)
        return all(f'<{recipient}>'.encode() in ours for recipient in RECIPIENTS)

    @property
    def told(self):
        """What the client has said, and the server."""
        texts = []
        for path in (f'{self.place}/output', self.pit.log):
            with contextlib.suppress(FileNotFoundError), \
                    open(path, encoding='utf-8', errors='replace') as file:
                texts.append(file.read())
        return '\n'.join(texts)


def delivers(client, binary):
    """One message for both recipients, or one for each; gives the findings."""
    attempt = Run(client, binary, 'trusted')
    attempt.finish(lambda: attempt.process.returncode != 0 or attempt.has_reached_all)
    assert attempt.process.returncode == 0 and attempt.has_reached_all, attempt.told
    for ours, sent in attempt.pit.messages:
        assert ours.startswith(f'Return-Path: <{SENDER}>\n'.encode()), ours
        attempt.message.compare(sent, client)
    return attempt.pit.findings


def refuses(client, binary, certificate):
    """Whether it delivers nothing to a server with this certificate."""
    attempt = Run(client, binary, certificate)
    attempt.finish()
    return attempt.pit.messages == []


def main():
    binary, name = sys.argv[1:]
    [client] = [each for each in clients(f'{os.path.dirname(__file__)}/table.txt')
                if each.name == name]
    set_up(client)
    findings = delivers(client, binary)
    verified = [what for what, certificate in [('authority', 'untrusted'), ('name', 'misnamed')]
                if refuses(client, binary, certificate)]
    assert verified == (client['verifies'] or ['authority', 'name']), f'it verifies {verified}'
    assert 'clean' not in client.fields or set(findings) <= set(client['clean']), findings
    print(f'ok    {name:18} {version(client)[:22]:22}  verifies {" and ".join(verified):18}'
          f'  findings: {", ".join(findings) or "none"}', flush=True)


if __name__ == '__main__':
    try:
        main()
    except AssertionError as error:
        raise SystemExit(f'{sys.argv[2]}: {error}') from None
