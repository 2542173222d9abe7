"""Leads a session that uses whatever the program loads by itself (the journal, hashed passwords,
names outside ASCII) under strace, and prints the libraries that were opened, one a line.

Usage: loaded.py BINARY CERTIFICATE KEY
"""

import base64
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

from smtp import connected

USER, PASSWORD = "é", "ü"


def trace_of(binary, certificate, key, directory):
    hashed = subprocess.run(["openssl", "passwd", "-6", PASSWORD], check=True, text=True,
                            capture_output=True).stdout.strip()
    pathlib.Path(directory, "users").write_text(f"{USER}:{hashed}\n", encoding="utf-8")
    command = shlex.join([
        "strace", "-f", "-e", "trace=open,openat", "-o", f"{directory}/trace", binary,
        "--maildir", f"{directory}/Maildir", "--hostname", "mx.example", "--smtp-tls-cert", certificate,
        "--smtp-tls-key", key, "--smtp-auth-file", f"{directory}/users"])
    # Its standard error counts as the journal's.
    stream = 'JOURNAL_STREAM="$(stat -Lc %d:%i /proc/self/fd/2)"'
    with connected(f'env -i PATH="$PATH" {stream} {command}') as (client, process):
        client.start_tls()
        response = base64.b64encode(f"\0{USER}\0{PASSWORD}".encode()).decode()
        client.say(f"AUTH PLAIN {response}", 235)
        client.deliver(b"Subject: x\r\n\r\nx\r\n")
        client.quit()
        errors = process.communicate(timeout=30)[1]
        if process.returncode != 0:
            sys.exit(f"the session failed: {errors}")
    return pathlib.Path(directory, "trace").read_text(encoding="utf-8")


with tempfile.TemporaryDirectory(prefix="mailpit-loaded-") as scratch:
    opened = re.findall(r'"([^"]+\.so[.0-9]*)", [^)]*\) = [0-9]', trace_of(*sys.argv[1:], scratch))
print("\n".join(sorted({os.path.realpath(path) for path in opened})))
