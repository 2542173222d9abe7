"""Sessions of all kinds with a binary that is alone in its root. Usage: sessions.py ROOT AUTHORITY"""

import base64
import pathlib
import ssl
import subprocess
import sys

import smtp

ROOT, AUTHORITY = pathlib.Path(sys.argv[1]), sys.argv[2]
TLS = '--smtp-tls-cert /etc/server.pem --smtp-tls-key /etc/server.key'
CHROOT = f'env -i MP_MAILDIR=/Maildir MP_HOSTNAME=mx.example /usr/sbin/chroot {ROOT} /mailpit'
# Every octet that there is, dots at the beginnings of lines left out.
MESSAGE = b'Subject: x\r\n\r\n' + b''.join(
    b'-%c\r\n' % octet for octet in range(1, 256) if octet not in b'\r\n')


def session(options):
    return smtp.connected(f'{CHROOT} {options}')


def ends(process, status=0):
    _, errors = process.communicate(timeout=60)
    assert process.returncode == status, (process.returncode, errors)
    return errors


def stored(name):
    """The message of this file, behind the headers that are ours."""
    [path] = [path for path in (ROOT / 'Maildir/new').iterdir() if path.name.startswith(name)]
    text = path.read_bytes()
    path.unlink()
    return text[text.index(b'Subject: x'):]


def context(version):
    made = smtp.context_of(AUTHORITY)
    made.minimum_version = made.maximum_version = version
    return made


def delivers(options, tls, login=None):
    with session(options) as (client, process):
        client.start_tls(tls)
        if login:
            client.say(f'AUTH PLAIN {base64.b64encode(login.encode()).decode()}', 235)
        name = client.deliver(MESSAGE)
        client.quit()
        log = ends(process)
        assert 'message-stored' in log, log
    assert stored(name.split('=')[0]) == MESSAGE.replace(b'\r\n', b'\n')


with session(TLS) as (client, process):
    client.reply(220)
    client.say('MAIL FROM:<a@example.org>', 530)
    client.quit()
    ends(process)
for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    delivers(f'{TLS} --sandbox=require', context(version))
delivers('--smtp-tls-cert sans:localhost', None)
delivers(f'{TLS} --smtp-tls-groups P-384', AUTHORITY)
# libcrypt and libidn are in it too.
for user, password in (('plain', 'secret'), ('kurz', 'Schlu\u0308ssel')):
    delivers(f'{TLS} --smtp-auth-file /etc/auth', AUTHORITY, f'\0{user}\0{password}')
with session(f'{TLS} --smtp-auth-file /etc/auth') as (client, process):
    client.start_tls(AUTHORITY)
    client.say(f'AUTH PLAIN {base64.b64encode(bytes([0]) + b"plain" + bytes([0]) + b"no").decode()}', 535)
    client.quit()
    assert 'auth-failed' in ends(process)
with session(f'{TLS} --smtp-tls-groups NONSENSE') as (client, process):
    client.reply('421 4.3.5')
    assert 'NONSENSE' in ends(process, 78)
check = subprocess.run(
    [*CHROOT.split(), 'check', *TLS.split()], capture_output=True, text=True, check=True)
assert 'result: no errors' in check.stdout, check
