"""What all super-servers have in common, and the machine that one of them is set up on."""

import glob
import os
import re
import subprocess
import time

from readme import TOP, block, replaced
from wire import Client

XINETD, OTHERS = 'xinetd', 'super-servers'
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
    # Whether it hands over the socket that it listens on, to one session after the other.
    waits = False
    # Whether it gives up a service that is asked for too often.
    has_rate = False

    def start(self):
        raise NotImplementedError

    def connect(self):
        def connection():
            try:
                return Client.to(self.address)
            except (ConnectionRefusedError, FileNotFoundError):
                return None
        return eventually(f'{self.address} is listened on', connection)

    def assert_exit(self, client, status):
        """For those where it is the client who is told."""


def install(binary):
    """User, program and certificate, as the manual says; the binary is made already."""
    commands = block(XINETD, 'useradd') + block(XINETD, 'key.pem')
    os.symlink(f'{TOP}/scripts', 'scripts')
    run('. scripts/lib/common.sh && make_certificate cert && mv cert.key key.pem')
    run(replaced(commands, '"$(scripts/build | tail -n 1)"', binary))


def exit_statuses(server, text):
    """What the super-server has told, as exit statuses, those of success left out; None if it
    does not tell."""
    if server.status is None:
        return None
    found = [int(word) for word in re.findall(server.status, text)]
    # wait(2) has the status in the upper octet, and tcpserver tells it like that.
    return [(word >> 8 if word > 255 else word) for word in found if word != 0]
