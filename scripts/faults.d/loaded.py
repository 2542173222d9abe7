"""Leads a session that uses whatever the program loads by itself (the journal, hashed passwords,
names outside ASCII) under strace, and prints the libraries that were opened, one a line."""

import base64
import os
import re
import subprocess
import sys
import tempfile

import client

USER, PASSWORD = "é", "ü"


class Authenticated(client.Client):
    def introduce(self):
        super().introduce()
        response = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
        self.command(f"AUTH PLAIN {response}")


def lead(binary, certificate, key, directory):
    """The text of the trace."""
    def path(name):
        return os.path.join(directory, name)
    hashed = subprocess.run(["openssl", "passwd", "-6", PASSWORD], check=True, text=True,
                            capture_output=True).stdout.strip()
    with open(path("users"), "w", encoding="utf-8") as users:
        users.write(f"{USER}:{hashed}\n")
    ours, theirs = client.pair()
    with open(path("log"), "wb") as log:
        status = os.fstat(log.fileno())
        process = subprocess.Popen(
            ["strace", "-f", "-e", "trace=open,openat", "-o", path("trace"), binary,
             "--maildir", path("Maildir"), "--hostname", "mx.example", "--smtp-tls-cert", certificate,
             "--smtp-tls-key", key, "--smtp-auth-file", path("users")],
            stdin=theirs, stdout=theirs, stderr=log,
            env={"PATH": os.environ["PATH"],
                 "JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"})
    theirs.close()
    session = Authenticated(ours, True, lambda message, reply: None)
    session.lead([client.AGAIN])
    if process.wait(client.PATIENCE_SECONDS) != 0 or session.is_lost \
            or not session.verdicts.get("again", "").startswith("250 "):
        with open(path("log"), encoding="utf-8") as log:
            sys.exit(f"the session failed: {session.replies}\n{log.read()}")
    with open(path("trace"), encoding="utf-8") as trace:
        return trace.read()


def main():
    with tempfile.TemporaryDirectory(prefix="mailpit-loaded-") as directory:
        trace = lead(*sys.argv[1:4], directory)
    opened = re.findall(r'"([^"]+\.so[.0-9]*)", [^)]*\) = [0-9]', trace)
    print("\n".join(sorted({os.path.realpath(path) for path in opened})))


if __name__ == "__main__":
    main()
