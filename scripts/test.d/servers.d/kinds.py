"""The super-servers, each set up as the manual says, on a machine that is there for it alone."""

import os
import socket
import subprocess

from server import (LOG_FILE, OTHERS, PATIENCE, SOCKET, XINETD, Client, Server, block, edit, eventually,
                    replaced, run, text_of)


class Local:
    """One that listens on a path."""

    origin, remote, address = 'uid 0', r'remote_addr="uid 0 pid \d+"', SOCKET


class Xinetd(Server):
    has_rate = True
    status = r'EXIT: mailpit status=(\d+) '

    def start(self):
        run(block(XINETD, 'scripts/xinetd/mailpit'))
        if self.waits:
            text = replaced(text_of('/etc/xinetd.d/mailpit'), 'wait            = no', 'wait = yes')
            text = replaced(text, '# server_args   = --hostname mx.example.org', 'server_args =')
            os.unlink('/etc/xinetd.d/mailpit')
            edit(text, '/etc/xinetd.d/mailpit')
            run('service xinetd restart')


class XinetdWait(Xinetd):
    waits = True


class Inetd(Server):
    has_rate = True

    def entry(self):
        return block(OTHERS, 'stream tcp4')

    def start(self):
        # The two do not go together.
        run('dpkg --remove xinetd && dpkg --install "$MAILPIT_PACKAGES"/openbsd-inetd/*.deb')
        edit(self.entry(), '/etc/inetd.conf')
        run('service openbsd-inetd restart')


class InetdWait(Inetd):
    waits = True
    status = r'/mailpit: exit status (\d+)'

    def entry(self):
        return replaced(super().entry(), 'nowait.6000', 'wait.6000')


class InetdIPv6(Inetd):
    origin, remote, address = '[IPv6:::1]', r'remote_addr=::1( |$)', ('::1', 1025)

    def entry(self):
        return replaced(super().entry(), '127.0.0.1:1025 stream tcp4', '[::1]:1025 stream tcp6')


class InetdLocal(Local, Inetd):

    def entry(self):
        return replaced(
            super().entry(), '127.0.0.1:1025 stream tcp4', f'{SOCKET} stream unix')


class InetdLogFile(Inetd):
    logs_to = LOG_FILE

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


class S6(Local, Foreground):
    word = 'exec s6-ipcserver'
    status = r's6-ipcserverd: info: end pid \d+ uid \d+ exitcode (\d+)'


class Socat(Foreground):
    word = 'exec socat'


class SocatPair(Socat):
    """The program gets a pair of sockets, at whose other end socat is."""

    origin, remote = Local.origin, Local.remote

    def command(self):
        return replaced(super().command(), ',nofork,', ',')


class SocatLocal(Local, Socat):

    def command(self):
        return replaced(
            super().command(), 'TCP-LISTEN:1025,bind=127.0.0.1,reuseaddr,fork',
            f'UNIX-LISTEN:{SOCKET},fork')


class SSH(Server):
    """sshd with Debian's configuration; the key and who the client trusts are of this machine."""

    origin, remote, logs_to = 'unknown', 'session-opened', LOG_FILE
    errors = 'ssh.stderr'

    def start(self):
        run('dpkg --install "$MAILPIT_PACKAGES"/openssh-server/*.deb')
        run('ssh-keygen -q -t ed25519 -N "" -f host && ssh-keygen -q -t ed25519 -N "" -f id')
        os.mkdir('/var/lib/mailpit/.ssh', 0o755)
        entry = block(OTHERS, 'restrict,command=')
        edit(replaced(entry, 'ssh-ed25519 AAAA...\n', text_of('id.pub')),
             '/var/lib/mailpit/.ssh/authorized_keys')
        edit(f'localhost {text_of("host.pub")}', '/etc/ssh/ssh_known_hosts')
        here = os.getcwd()
        edit(f'Host localhost\n IdentityFile {here}/id\n LogLevel ERROR\n', '/etc/ssh/ssh_config')
        os.mkdir('/run/sshd', 0o755)
        with open('sshd.log', 'wb') as log:
            self.process = subprocess.Popen(
                ['/usr/sbin/sshd', '-D', '-e', '-o', 'ListenAddress=127.0.0.1', '-h',
                 f'{here}/host'], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        eventually('sshd listens', lambda: 'Server listening' in text_of('sshd.log'))

    def connect(self):
        ours, theirs = socket.socketpair()
        with theirs, open(self.errors, 'ab') as errors:
            return Client(ours, subprocess.Popen(
                ['ssh', '-T', 'mailpit@localhost'], stdin=theirs, stdout=theirs, stderr=errors))

    def assert_exit(self, client, status):
        assert client.server.wait(PATIENCE) == status, client.server.returncode
        assert os.path.getsize(self.errors) == 0, 'standard error has reached the client'


KINDS = {
    'xinetd': Xinetd, 'xinetd, wait, -v': XinetdWait, 'inetd': Inetd, 'inetd, wait': InetdWait,
    'inetd, IPv6': InetdIPv6, 'inetd, local socket': InetdLocal,
    'inetd, -v and a log file': InetdLogFile, 'tcpserver': Tcpserver,
    'tcpserver with recordio': Recordio, 's6-ipcserver': S6, 'socat': Socat,
    'socat with a pair of sockets': SocatPair, 'socat, local socket': SocatLocal, 'ssh': SSH,
}


if __name__ == '__main__':
    print('\n'.join(KINDS))
