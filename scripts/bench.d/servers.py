"""The servers that are measured, and the directory in which that happens."""

import os
import pathlib
import shutil
import subprocess
import tempfile

here = pathlib.Path(__file__).resolve().parent

# Of a message of more octets only the empty file is kept.
KEPT_OCTETS = 1 << 20

# Where the client's messages are said to be delivered, and what the certificate is made for.
HOST = "localhost"


class Failed(Exception):
    """A measurement that cannot be had, and why."""


class Server:
    """A command that serves one connection on its standard streams, with exactly these variables."""

    def __init__(self, name, command, maildir=None, environment=None):
        self.name = name
        self.command = [str(word) for word in command]
        self.maildir = maildir
        self.environment = environment or {}

    def stripped_octets(self):
        """The size of the program as packages have it."""
        stripped = f"{self.command[0]}.stripped"
        run("strip", "--strip-unneeded", "-o", stripped, self.command[0])
        return pathlib.Path(stripped).stat().st_size

    def with_options(self, *options):
        return Server(self.name, [*self.command, *options], self.maildir, self.environment)

    def empty(self):
        """Puts what was delivered aside, and gives back the room that large messages took.

        Nothing is removed. For minutes ext4 without a journal does not use the inode of a removed file
        again, and looks at each of these whenever a file is made: behind a thousand of them a message
        took three times the CPU.
        """
        if not self.maildir:
            return
        spent = pathlib.Path(tempfile.mkdtemp(prefix="spent.", dir=self.maildir.parent))
        for name in ("new", "tmp"):
            (self.maildir / name).rename(spent / name)
            (self.maildir / name).mkdir()
        for file in spent.glob("*/*"):
            if file.stat().st_size > KEPT_OCTETS:
                os.truncate(file, 0)
        # What is on its way to the disk would delay whoever comes next.
        os.sync()


class Workplace:
    """A temporary directory with a certificate, Maildirs and the compiled floor.

    Its path always has the same length, as programs spend instructions on every character of it.
    """

    def __init__(self, clang=None):
        # Not what TMPDIR says, which may be longer.
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="mailpit-bench.", dir="/tmp"))
        self.clang = clang
        self.key = self.path / "key.pem"
        self.certificate = self.path / "certificate.pem"
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-days", "365", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
            "-keyout", self.key, "-out", self.certificate)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path)

    def maildir(self, name):
        """A directory that is a Maildir already."""
        directory = self.path / name
        for part in ("cur", "new", "tmp"):
            (directory / part).mkdir(parents=True, exist_ok=True)
        return directory

    def mailpit(self, binary, name="mailpit"):
        """mailpit with all its defaults, save for what has none and the limit on messages."""
        copy = self.path / name
        shutil.copy(binary, copy)
        maildir = self.maildir(f"{name}-maildir")
        return Server(name, [copy], maildir, {
            "MP_MAILDIR": maildir, "MP_HOSTNAME": HOST, "MP_MAX_MESSAGE_SIZE": "0",
            "MP_SMTP_TLS_CERT": self.certificate, "MP_SMTP_TLS_KEY": self.key})

    def floor(self, name, tuning):
        """The C program; with a tuning of 1 it is what is called the floor."""
        binary = self.path / name.split()[-1]
        # libcrypto first: most symbols are found there, which is worth 0.17 M instructions.
        run(self.clang, "-O2", f"-DTUNING={tuning}", "-o", binary, here / "floor.c", "-lcrypto", "-lssl")
        maildir = self.maildir(f"{binary.name}-maildir")
        return Server(name, [binary, self.certificate, self.key, maildir], maildir)

    def servers(self, binary):
        """mailpit, the floor, the same that is lean, too, and C as OpenSSL's manual has it."""
        return [self.mailpit(binary), self.floor("floor", 1), self.floor("floor, lean", 2),
                self.floor("plain C", 0)]

    @property
    def file_system(self):
        output = run("findmnt", "-no", "FSTYPE", "-T", self.path)
        return output.strip()


def run(*command, environment=None, accept=(0,)):
    """Runs a command to its end; returns its output."""
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, env=environment)
    if done.returncode not in accept:
        raise Failed(f"{' '.join(words)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def bare_environment(more):
    """What the servers see: nothing that differs between machines."""
    return {"PATH": "/usr/bin:/bin"} | {name: str(value) for name, value in more.items()}
