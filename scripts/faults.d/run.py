"""One run of the program, in a Maildir of its own, with something done to one of its calls."""

import dataclasses
import os
import pathlib
import re
import socket
import subprocess
import tempfile

import client

# What may be left in tmp/ by a process that was killed: maildir(5)'s unique name.
UNIQUE_NAME = re.compile(r"[0-9]+\.M[0-9]{6}P[0-9]+Q[0-9]+R[0-9a-f]{16}\.mx\.example")
HEADER = re.compile(
    rb"Return-Path: <a@client\.example>\nEnvelope-To: <b@mx\.example>\n"
    rb"Received: from me\.client\.example \(uid [0-9]+\) by mx\.example \(Mailpit\)"
    rb" with ESMTPS? id ([^ \n]+)\n    for <b@mx\.example>( tls [A-Z0-9_]+)?; [^\n]+\n"
    rb"(X-Mailpit-Findings: [^\n]+\n)?")


@dataclasses.dataclass(frozen=True)
class Tools:
    binary: str
    # Where tools.sh has put certificate and inject.
    workplace: str


# What calls are about, by a part of what their first argument leads to.
CLIENT, LOG, TMP, NEW = "socket:", "/log", "Maildir/tmp", "Maildir/new"


@dataclasses.dataclass(frozen=True)
class Call:
    number: int
    name: str
    result: int
    target: str

    @property
    def part(self):
        """Which of them it is about, or an empty string."""
        if self.name in WITHOUT_DESCRIPTOR:
            return ""
        return next((part for part in (CLIENT, LOG, TMP, NEW) if part in self.target), "")


# Calls whose first argument only looks like a descriptor.
WITHOUT_DESCRIPTOR = {"mmap", "brk", "mremap", "mprotect", "munmap", "madvise", "futex", "poll",
                      "prctl", "seccomp", "getpid", "getrandom", "rt_sigaction", "rt_sigprocmask",
                      "umask", "exit_group", "landlock_create_ruleset", "mkdir", "sysinfo"}


@dataclasses.dataclass(frozen=True)
class Fault:
    """What is done to which call, as inject.c has it."""
    name: str
    part: str
    count: int
    action: str

    def __str__(self):
        return f"{self.name}@{self.part}#{self.count}:{self.action}"


@dataclasses.dataclass(frozen=True)
class Case:
    """A session, and what is done to its calls."""
    session: str
    is_secure: bool
    faults: tuple = ()

    def __str__(self):
        return f"{self.session}{'' if self.is_secure else ' without TLS'}, " \
            + ", ".join(map(str, self.faults))


class Run:
    """What became of it: replies, calls, log, exit status, and what is in the Maildir."""

    def __init__(self, tools, case, maildir=None, on_verdict=lambda message, reply: None):
        """Each reply to the end of a message is also told to `on_verdict`, at once."""
        self.tools = tools
        self.case = case
        self.messages = (client.SESSIONS | client.OTHERS)[case.session]
        with tempfile.TemporaryDirectory(prefix="mailpit-faults-") as directory:
            self.maildir = maildir or os.path.join(directory, "Maildir")
            self.lead(directory, on_verdict)
            self.read_trace(os.path.join(directory, "trace"))
            with open(os.path.join(directory, "log"), encoding="utf-8") as log:
                self.log = log.read()
            self.look()

    def lead(self, directory, on_verdict):
        ours, theirs = socket.socketpair()
        command = [
            f"{self.tools.workplace}/inject", os.path.join(directory, "trace"),
            ",".join(map(str, self.case.faults)),
            self.tools.binary, f"--smtp-tls-required={str(self.case.is_secure)}",
        ]
        # All but one: that which must not be lost with the command line.
        environment = {
            "MP_MAILDIR": self.maildir, "MP_HOSTNAME": "mx.example",
            "MP_SMTP_TLS_CERT": f"{self.tools.workplace}/cert.pem",
            "MP_SMTP_TLS_KEY": f"{self.tools.workplace}/cert.key",
        }
        with open(os.path.join(directory, "log"), "wb") as log:
            process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=log,
                                       env=environment)
        theirs.close()
        self.client = client.Client(ours, self.case.is_secure, on_verdict)
        self.client.lead(self.messages)
        try:
            process.wait(client.PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.client.hangs = True
            process.kill()
            process.wait()

    def read_trace(self, path):
        self.calls, self.end = [], "nothing"
        with open(path, encoding="utf-8", errors="replace") as trace:
            for line in trace:
                if line[0].isdigit():
                    number, name, result, target = line[:-1].split(" ", 3)
                    self.calls.append(Call(int(number), name, int(result), target))
                else:
                    self.end = line.strip()

    def look(self):
        self.stored = files(self.maildir, "new")
        self.abandoned = list(files(self.maildir, "tmp"))


def files(maildir, folder):
    """What is in each file, by its name."""
    place = pathlib.Path(maildir, folder)
    return {file.name: file.read_bytes() for file in place.iterdir()} if place.is_dir() else {}


def which(name, octets):
    """The name of the message that a file is, whole and octet for octet, or nothing. The header
    tells the file's name."""
    header = HEADER.match(octets)
    if not header or f",S={len(octets)},W=" not in name:
        return None
    if header[1].decode() != name.partition(",S=")[0]:
        return None
    text = octets[header.end():]
    return next((one.name for one in client.ALL
                 if one.octets.replace(b"\r\n", b"\n") == text), None)
