"""exim4 and postfix beside mailpit and the floor.

Each is installed into an overlay over this system's files, in mount, process and network namespaces
of its own: the packages' scripts start nothing here, and whatever runs ends with the namespaces.
What they do with a message is what their packages do until the 250: it is in their queue, on disk.
exim is started for each session as under inetd; of postfix, which stays, the CPU of all its processes
is shared by the sessions.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys

from load import value
from servers import Failed, here, run
from targets import LARGE, table

PACKAGES = {"exim4": ["exim4-daemon-light"], "postfix": ["postfix"]}
HEADER = ["server", "CPU ms a session", "sessions/s, 8 at a time", "50 MiB message, MiB/s",
          "peak memory for it, MiB"]


def measure_peers(load, servers, arguments, note):
    """Lines of a table of all servers."""
    if os.geteuid() != 0:
        raise Failed("--peers needs root")
    sessions = 50 if arguments.quick else 200
    results = {}
    for _ in range(arguments.rounds):
        for server in servers:
            note(f"beside other servers: {server.name}")
            results.setdefault(server.name, []).append(measure_ours(load, server, sessions))
        for name in PACKAGES:
            note(f"beside other servers: {name}")
            results.setdefault(name, []).append(measure_apart(load, name, sessions))
    rows = [[name, *(f"{statistics.median(column):.{digits}f}"
                     for column, digits in zip(zip(*runs), (2, 0, 0, 1)))]
            for name, runs in results.items()]
    return table(HEADER, rows)


def measure_ours(load, server, sessions):
    single = load.hold(server, "--warm-up", 3, sessions=sessions)
    together = load.hold(server, "--warm-up", 8, at_a_time=8, sessions=2 * sessions)
    large = load.hold(server, size=LARGE)
    return [value(single, "server_cpu_ms"), together["sessions_per_s"],
            value(large, "transfer_mib_per_s"), value(large, "server_peak_kib") / 1024]


def measure_apart(load, name, sessions):
    """The same of a peer, by peer.sh in namespaces of its own."""
    run("apt-get", "-qq", "install", "--download-only", "--no-install-recommends", "-y",
        *PACKAGES[name], environment=os.environ | {"DEBIAN_FRONTEND": "noninteractive"})
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--net", "--mount-proc",
               here / "peer.sh", name, load.workplace.path, load.client, sessions,
               *PACKAGES[name]]
    done = subprocess.run([str(word) for word in command], text=True, stdout=subprocess.PIPE)
    if done.returncode != 0:
        raise Failed(f"measuring {name} failed")
    single, together, large, ticks, peak = [json.loads(line) for line in done.stdout.splitlines()]
    for result in (single, together, large):
        if result["failures"]:
            raise Failed(f"{name}: {result['failures']}")
    if "server_cpu_ms" in single:
        cpu, peak = value(single, "server_cpu_ms"), value(large, "server_peak_kib")
    else:
        cpu = ticks * 1000 / os.sysconf("SC_CLK_TCK") / single["sessions"]
    return [cpu, together["sessions_per_s"], value(large, "transfer_mib_per_s"), peak / 1024]


def postfix_ticks():
    """User and system time of all processes of postfix, those that have ended included."""
    total = 0
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            if "/postfix/" in os.readlink(stat.parent / "exe"):
                # proc(5): utime, stime, cutime and cstime are the 14th field and those behind it.
                total += sum(map(int, stat.read_text().rsplit(")", 1)[1].split()[11:15]))
        except OSError:
            continue  # It has ended in between, and is in its parent's cutime.
    return total


def postfix_peak():
    """The largest peak of a resident set of its processes, in KiB."""
    peaks = [0]
    for status in pathlib.Path("/proc").glob("[0-9]*/status"):
        try:
            if os.readlink(status.parent / "exe").endswith("/smtpd"):
                peaks += [int(line.split()[1]) for line in status.read_text().splitlines()
                          if line.startswith("VmHWM:")]
        except OSError:
            continue
    return max(peaks)


if __name__ == "__main__":
    print({"ticks": postfix_ticks, "peak": postfix_peak}[sys.argv[1]]())
