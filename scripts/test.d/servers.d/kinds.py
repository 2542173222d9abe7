"""The super-servers, each set up as the README says, on a machine that is there for it alone."""

import glob
import os
import re
import socket
import subprocess
import time

from readme import TOP, block, replaced
from wire import Client

XINETD, OTHERS = 'Under xinetd', 'Under inetd, tcpserver, s6, socat, ssh'
SOCKET = '/run/mailpit.sock'
PROGRAM = '/usr/local/bin/mailpit'
PATIENCE = 30


def eventually(what, condition):
    """Waits until the condition holds, and gives what it then gives."""
    deadline = time.monotonic() + PATIENCE
    while not (result := condition()):
        assert time.monotonic() < deadline, f'not in {PATIENCE} s: {what}'
        time.sleep(0.005)
    return result


def sessions():
    """The processes of this machine that run the program."""
    found = []
    for link in glob.glob('/proc/[0-9]*/exe'):
        try:
            if os.readlink(link) == PROGRAM:
                found.append(int(link.split('/')[2]))
        except OSError:
            pass  # It has just ended.
    return found


def edit(text, path):
    with open(path, 'a', encoding='utf-8') as file:
        file.write(text)


def run(commands):
    """Has a shell carry out commands, in this directory."""
    done = subprocess.run(['bash', '-euc', commands], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f'{commands}{done.stdout}{done.stderr}'


class Server:
    """What all have in common. `origin` is what Received tells of the client, `remote` the log;
    `logs_to` is where the program's log is to be found."""

    origin, remote = '[127.0.0.1]', r'remote_addr=127\.0\.0\.1'
    address = ('127.0.0.1', 1025)
    logs_to = 'syslog'
    # In what the super-server says of the end of a session; None where it says nothing.
    status = None

    def start(self):
        raise NotImplementedError

    def connect(self):
        family = socket.AF_UNIX if isinstance(self.address, str) else socket.AF_INET
        connection = socket.socket(family, socket.SOCK_STREAM)

        def connects():
            try:
                connection.connect(self.address)
                return True
            except (ConnectionRefusedError, FileNotFoundError):
                return False
        eventually(f'{self.address} is listened on', connects)
        return Client(connection)

    def assert_exit(self, client, status):
        """For those where it is the client who is told."""


class Xinetd(Server):
    status = r'EXIT: mailpit status=(\d+) '
    wait = False

    def start(self):
        run(block(XINETD, 'scripts/xinetd/mailpit'))
        if self.wait:
            with open('/etc/xinetd.d/mailpit', encoding='utf-8') as file:
                text = replaced(file.read(), 'wait            = no', 'wait = yes')
            os.unlink('/etc/xinetd.d/mailpit')
            edit(text, '/etc/xinetd.d/mailpit')
            run('service xinetd restart')


class XinetdWait(Xinetd):
    wait = True


class Inetd(Server):

    def entry(self):
        return block(OTHERS, 'stream tcp4')

    def start(self):
        # The two do not go together.
        run('dpkg --remove xinetd && dpkg --install "$MAILPIT_PACKAGES"/openbsd-inetd_*.deb')
        edit(self.entry(), '/etc/inetd.conf')
        run('service openbsd-inetd restart')


class InetdWait(Inetd):
    status = r'/mailpit: exit status (\d+)'

    def entry(self):
        return replaced(super().entry(), 'nowait.6000', 'wait.6000')


class InetdLocal(Inetd):
    origin, remote, address = 'uid 0', r'remote_addr="uid 0 pid \d+"', SOCKET

    def entry(self):
        return replaced(
            super().entry(), '127.0.0.1:1025 stream tcp4', f'{SOCKET} stream unix')


class InetdLogFile(Inetd):
    logs_to = '/var/lib/mailpit/log'

    def entry(self):
        return f'{super().entry().rstrip()} --log-file={self.logs_to} --verbose\n'


class Foreground(Server):
    """One that a shell starts, and whose standard error the program gets."""

    logs_to = 'standard error'
    word = None

    def command(self):
        return block(OTHERS, self.word)

    def start(self):
        with open('stderr', 'ab') as errors:
            self.process = subprocess.Popen(
                ['bash', '-euc', self.command()], stdin=subprocess.DEVNULL, stdout=errors,
                stderr=errors)


class Tcpserver(Foreground):
    word = 'exec tcpserver'
    status = r'tcpserver: end \d+ status (\d+)'


class Recordio(Tcpserver):
    def command(self):
        return replaced(super().command(), ' 1025 mailpit', ' 1025 recordio mailpit')


class S6(Foreground):
    word = 'exec s6-ipcserver'
    status = r's6-ipcserverd: info: end pid \d+ uid \d+ exitcode (\d+)'
    origin, remote, address = 'uid 0', r'remote_addr="uid 0 pid \d+"', SOCKET


class Socat(Foreground):
    word = 'exec socat'


class SocatPair(Socat):
    """The program gets a pair of sockets, at whose other end socat is."""

    origin, remote = 'uid 0', r'remote_addr="uid 0 pid \d+"'

    def command(self):
        return replaced(super().command(), ',nofork,', ',')


class SocatLocal(Socat):
    origin, remote, address = 'uid 0', r'remote_addr="uid 0 pid \d+"', SOCKET

    def command(self):
        return replaced(
            super().command(), 'TCP-LISTEN:1025,bind=127.0.0.1,reuseaddr,fork',
            f'UNIX-LISTEN:{SOCKET},fork')


class SSH(Server):
    """sshd with Debian's configuration; the key and who the client trusts are of this machine."""

    origin, remote, logs_to = 'unknown', 'session-opened', '/var/lib/mailpit/log'
    errors = 'ssh.stderr'

    def start(self):
        run('dpkg --install "$MAILPIT_PACKAGES"/openssh-server_*.deb')
        run('ssh-keygen -q -t ed25519 -N "" -f host && ssh-keygen -q -t ed25519 -N "" -f id')
        with open('id.pub', encoding='utf-8') as file:
            key = file.read()
        os.mkdir('/var/lib/mailpit/.ssh', 0o755)
        entry = replaced(block(OTHERS, 'restrict,command='), 'ssh-ed25519 AAAA...\n', key)
        edit(entry, '/var/lib/mailpit/.ssh/authorized_keys')
        with open('host.pub', encoding='utf-8') as file:
            edit(f'localhost {file.read()}', '/etc/ssh/ssh_known_hosts')
        here = os.getcwd()
        edit(f'Host localhost\n IdentityFile {here}/id\n LogLevel ERROR\n', '/etc/ssh/ssh_config')
        os.mkdir('/run/sshd', 0o755)
        with open('sshd.log', 'wb') as log:
            self.process = subprocess.Popen(
                ['/usr/sbin/sshd', '-D', '-e', '-o', 'ListenAddress=127.0.0.1', '-h',
                 f'{here}/host'], stdin=subprocess.DEVNULL, stdout=log, stderr=log)

        def listens():
            with open('sshd.log', encoding='utf-8') as log:
                return 'Server listening' in log.read()
        eventually('sshd listens', listens)

    def connect(self):
        ours, theirs = socket.socketpair()
        with theirs, open(self.errors, 'ab') as errors:
            return Client(ours, subprocess.Popen(
                ['ssh', '-T', 'mailpit@localhost'], stdin=theirs, stdout=theirs, stderr=errors))

    def assert_exit(self, client, status):
        assert client.server.wait(PATIENCE) == status, client.server.returncode
        assert os.path.getsize(self.errors) == 0, 'standard error has reached the client'


KINDS = {
    'xinetd': Xinetd, 'xinetd, wait': XinetdWait, 'inetd': Inetd, 'inetd, wait': InetdWait,
    'inetd, local socket': InetdLocal, 'inetd, -v and a log file': InetdLogFile,
    'tcpserver': Tcpserver, 'tcpserver with recordio': Recordio,
    's6-ipcserver': S6, 'socat': Socat, 'socat with a pair of sockets': SocatPair,
    'socat, local socket': SocatLocal, 'ssh': SSH,
}


def install(binary):
    """User, program and certificate, as the README says; the binary is made already."""
    commands = block(XINETD, 'useradd')
    os.symlink(f'{TOP}/scripts', 'scripts')
    run('openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 '
        '-subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem')
    run(replaced(commands, '"$(scripts/build | tail -n 1)"', binary))


def exit_statuses(server, text):
    """What the super-server has told, as exit statuses, those of success left out; None if it
    does not tell."""
    if server.status is None:
        return None
    found = [int(word) for word in re.findall(server.status, text)]
    # wait(2) has the status in the upper octet, and tcpserver tells it like that.
    return [(word >> 8 if word > 255 else word) for word in found if word != 0]


if __name__ == '__main__':
    print('\n'.join(KINDS))
