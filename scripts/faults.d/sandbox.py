"""Sessions with and without the sandbox, in turn: what it adds to each."""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

import client

PAIRS = 600


def lead(binary, directory, mode, before=()):
    """A session of two messages, without TLS, which would only add noise. Returns how long it took
    and the processor time, in microseconds."""
    ours, theirs = client.pair()
    start = time.perf_counter()
    process = subprocess.Popen(
        [*before, binary, "--maildir", os.path.join(directory, "Maildir"), "--hostname",
         "mx.example", "--smtp-tls-required=false", f"--sandbox={mode}", "--quiet"],
        stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, env={})
    theirs.close()
    session = client.Client(ours, False, lambda message, reply: None)
    session.lead(client.SESSIONS["two"])
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0 or session.is_lost:
        sys.exit(f"--sandbox={mode}: exit status {process.returncode}, {session.replies}")
    return ((time.perf_counter() - start) * 1e6, (usage.ru_utime + usage.ru_stime) * 1e6)


def instructions(binary, directory, mode):
    log = os.path.join(directory, "valgrind")
    lead(binary, directory, mode, ["valgrind", "--tool=callgrind", f"--log-file={log}",
                                   "--callgrind-out-file=/dev/null"])
    with open(log, encoding="utf-8") as lines:
        return int(re.search(r"Collected : (\d+)", lines.read())[1])


def main():
    binary = sys.argv[1]
    with tempfile.TemporaryDirectory(prefix="mailpit-sandbox-") as directory:
        pairs = [(lead(binary, directory, "off"), lead(binary, directory, "require"))
                 for _ in range(PAIRS)]
        for number, what in enumerate(("microseconds of a session", "microseconds of processor")):
            without = statistics.median(off[number] for off, _ in pairs)
            added = statistics.median(on[number] - off[number] for off, on in pairs)
            print(f"n     {what}: {added:+.0f} to {without:.0f} (median of {PAIRS} pairs)")
        without = instructions(binary, directory, "off")
        added = instructions(binary, directory, "auto") - without
        # Valgrind refuses the calls that Landlock and seccomp are entered by, so this is our part
        # of the work and none of the kernel's.
        print(f"n     instructions, without the kernel's: {added:+d} to {without}")


if __name__ == "__main__":
    main()
