"""Holding sessions by smtpload, and counting by callgrind what they cost."""

import json
import pathlib
import subprocess
import tempfile

from callgrind import Profile
from servers import Failed, bare_environment


class Load:
    """The load client, and how it is called."""

    def __init__(self, client, workplace):
        self.client = client
        self.workplace = workplace
        self.log = workplace.path / "stderr"

    def hold(self, server, *options, sessions=1, at_a_time=1, size=1024):
        """Holds sessions as under inetd; returns what smtpload's JSON has. The log goes to a file."""
        return self._hold(server.command, server, "--sessions", sessions, "--at-a-time", at_a_time,
                          "--size", size, *options)

    def _hold(self, command, server, *options):
        words = [self.client, "--ca", self.workplace.certificate, "--stderr", self.log,
                 *options, "--", *command]
        self.log.unlink(missing_ok=True)
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True,
                              env=bare_environment(server.environment))
        server.empty()
        if done.returncode not in (0, 1):
            raise Failed(f"smtpload ended with {done.returncode}: {done.stderr.strip()[:2000]}")
        result = json.loads(done.stdout)
        if result["failures"]:
            raise Failed(f"{server.name}: {result['failures']}; {self.last_words()}")
        return result

    def last_words(self):
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "its log ends: " + " / ".join(lines[-3:]) if lines else "its log is empty"

    def profile(self, server, *options, size=1024):
        """The profile of one session by callgrind."""
        return self.profiles(server, 1, *options, size=size)[0]

    def profiles(self, server, sessions, *options, size=1024):
        """The profiles of so many sessions, one after the other."""
        directory = pathlib.Path(tempfile.mkdtemp(dir=self.workplace.path))
        # Process ids may wrap around, so the files are put into order by when they were written.
        command = ["/usr/bin/valgrind", "--tool=callgrind",
                   f"--callgrind-out-file={directory}/%p", *server.command]
        self._hold(command, server, "--sessions", sessions, "--size", size, "--timeout", 120,
                   *options)
        files = sorted(directory.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        if len(files) != sessions:
            raise Failed(f"{server.name}: {len(files)} profiles of {sessions} sessions")
        return [Profile(file) for file in files]
