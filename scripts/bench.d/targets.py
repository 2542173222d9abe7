"""The table of what a session costs beside the floor, and what it should."""

import dataclasses
import statistics

from load import value


@dataclasses.dataclass
class Row:
    """Something that is measured of mailpit and the floor in each round, and its target."""

    title: str
    unit: str
    # What it may be at most (or at least): times the floor's, more than the floor's, or in itself.
    at_most_times: float = None
    at_least_times: float = None
    at_most_more: float = None
    at_most: float = None
    digits: int = 2
    # Values of each round, by the name of the server.
    values: dict = dataclasses.field(default_factory=dict)

    def add(self, name, number):
        self.values.setdefault(name, []).append(number)

    def median(self, name):
        return statistics.median(self.values[name])

    def ratios(self):
        """mailpit by the floor, of each round: both were measured one right after the other."""
        pairs = zip(self.values["mailpit"], self.values.get("floor", []))
        return [ours / floor for ours, floor in pairs if floor]

    @property
    def target(self):
        for bound, text in ((self.at_most_times, "<= {:.2f} x"), (self.at_least_times, ">= {:.2f} x"),
                            (self.at_most_more, "<= + {:g} " + self.unit),
                            (self.at_most, "<= {:g} " + self.unit)):
            if bound is not None:
                return text.format(bound)
        return ""

    @property
    def is_met(self):
        ours = self.median("mailpit")
        ratio = statistics.median(self.ratios() or [0])
        if self.at_most_times is not None:
            return ratio <= self.at_most_times
        if self.at_least_times is not None:
            return ratio >= self.at_least_times
        if self.at_most_more is not None:
            return ours <= self.median("floor") + self.at_most_more
        return self.at_most is None or ours <= self.at_most

    def cells(self):
        def shown(name):
            if name not in self.values:
                return ""
            least, most = min(self.values[name]), max(self.values[name])
            middle = f"{self.median(name):.{self.digits}f}"
            return middle if least == most else f"{middle} ({least:.{self.digits}f}-{most:.{self.digits}f})"

        ratios = self.ratios()
        ratio = f"{statistics.median(ratios):.3f}" if ratios else ""
        if len(ratios) > 1:
            ratio += f" ({min(ratios):.2f}-{max(ratios):.2f})"
        verdict = ("yes" if self.is_met else "NO") if self.target else ""
        return [f"{self.title}, {self.unit}" if self.unit else self.title, self.target,
                shown("mailpit"), shown("floor"), shown("plain"), ratio, verdict]


HEADER = ["", "target", "mailpit", "floor", "plain C", "mailpit / floor", "met"]


def table(header, rows):
    """A table in Markdown, with columns as wide as they need be; the first one to the left."""
    widths = [max(3, *(len(row[column]) for row in [header, *rows]))
              for column in range(len(header))]
    rule = ["-" * width if column == 0 else "-" * (width - 1) + ":"
            for column, width in enumerate(widths)]
    for row in [header, rule, *rows]:
        cells = [cell.ljust(width) if column == 0 else cell.rjust(width)
                 for column, (cell, width) in enumerate(zip(row, widths))]
        yield f"| {' | '.join(cells)} |"


@dataclasses.dataclass
class Effort:
    """How much is measured."""

    sessions: int
    sessions_together: int
    large_messages: int
    huge_octets: int
    messages: int

    FULL = None
    QUICK = None


Effort.FULL = Effort(sessions=100, sessions_together=400, large_messages=3, huge_octets=1 << 30,
                     messages=1000)
Effort.QUICK = Effort(sessions=30, sessions_together=100, large_messages=1, huge_octets=100 << 20,
                      messages=200)

LARGE = 50 << 20
IDLE_SESSIONS = 50


class Targets:
    """The rows, and how they are measured."""

    def __init__(self, load, servers, effort):
        self.load = load
        self.servers = servers
        self.effort = effort
        self.profiles = {}
        huge = f"{effort.huge_octets >> 20} MiB"
        self.rows = {
            "instructions": Row("instructions a session", "M", at_most_times=1.10),
            "refused": Row("instructions, refused before TLS", "M"),
            "cpu": Row("server CPU a session", "ms", at_most_times=1.15),
            "faults": Row("page faults a session", "", digits=0),
            "greeting": Row("connect to 220", "ms", at_most_more=0.5),
            "handshake": Row("handshake as the client sees it", "ms"),
            "session": Row("connect to 221", "ms"),
            "rate8": Row("8 at a time", "sessions/s", at_least_times=0.9, digits=0),
            "rate32": Row("32 at a time", "sessions/s", at_least_times=0.9, digits=0),
            "large": Row("50 MiB message", "MiB/s", at_least_times=0.9, digits=0),
            "messages": Row(f"CPU a message, {effort.messages} in a session", "ms",
                            at_most_times=1.2, digits=3),
            "peak": Row("peak memory, 1 KiB", "MiB"),
            "huge": Row(f"peak memory, {huge}", "MiB"),
            "growth": Row(f"peak memory, {huge} less 1 KiB", "MiB", at_most=1),
            "idle": Row(f"memory (PSS) of each of {IDLE_SESSIONS} idle TLS sessions", "MiB",
                        at_most=1.3),
            "private": Row("of that its own alone", "MiB"),
        }

    def measure(self, rounds, note):
        note("counting instructions")
        for server in self.servers:
            self.count(server)
        for number in range(rounds):
            note(f"round {number + 1} of {rounds}")
            for step in (self.one_at_a_time, self.together, self.large, self.messages, self.idle):
                # Alternating within each step, so that what else the machine does hits all alike.
                for server in self.servers:
                    step(server)
        note("memory for a huge message")
        for server in self.servers:
            self.huge(server)

    def add(self, row, server, number):
        self.rows[row].add(server.name, number)

    def count(self, server):
        profile = self.load.profile(server)
        self.profiles[server.name] = profile
        self.add("instructions", server, profile.total / 1e6)
        self.add("refused", server, self.load.profile(server, "--refused").total / 1e6)

    def one_at_a_time(self, server):
        result = self.load.hold(server, "--warm-up", 3, sessions=self.effort.sessions)
        self.add("cpu", server, value(result, "server_cpu_ms"))
        self.add("faults", server, value(result, "server_minor_faults"))
        self.add("greeting", server, value(result, "connect_to_greeting_ms"))
        self.add("handshake", server, value(result, "handshake_ms"))
        self.add("session", server, value(result, "session_ms"))
        self.add("peak", server, value(result, "server_peak_kib") / 1024)

    def together(self, server):
        for count in (8, 32):
            result = self.load.hold(server, "--warm-up", count, at_a_time=count,
                                    sessions=self.effort.sessions_together)
            self.add(f"rate{count}", server, result["sessions_per_s"])

    def large(self, server):
        result = self.load.hold(server, sessions=self.effort.large_messages, size=LARGE)
        self.add("large", server, value(result, "transfer_mib_per_s"))

    def messages(self, server):
        many = self.effort.messages
        cpu = {}
        for count in (1, many):
            result = self.load.hold(server, "--messages", count, sessions=3)
            cpu[count] = value(result, "server_cpu_ms")
        self.add("messages", server, (cpu[many] - cpu[1]) / (many - 1))

    def idle(self, server):
        result = self.load.hold(server, "--idle", sessions=IDLE_SESSIONS, at_a_time=IDLE_SESSIONS)
        self.add("idle", server, value(result, "server_idle_pss_kib") / 1024)
        self.add("private", server, value(result, "server_idle_private_kib") / 1024)

    def huge(self, server):
        result = self.load.hold(server, "--timeout", 300, size=self.effort.huge_octets)
        peak = value(result, "server_peak_kib") / 1024
        self.add("huge", server, peak)
        self.add("growth", server, peak - self.rows["peak"].median(server.name))

    def lines(self):
        yield from table(HEADER, [row.cells() for row in self.rows.values()])


def measure_resumption(load, server, key_file, rounds, sessions):
    """What resuming saves: full and resumed sessions in turn, as a table."""
    resuming = server.with_options("--smtp-tls-ticket-key", key_file)
    counts = [profile.total / 1e6 for profile in load.profiles(resuming, 2, "--resume")]
    full, resumed = [], []
    for _ in range(rounds):
        full.append(value(load.hold(resuming, "--warm-up", 1, sessions=sessions), "server_cpu_ms"))
        # Without a warm-up, as that would be another client: the first session is a full one.
        result = load.hold(resuming, "--resume", sessions=sessions)
        if result["resumed"] != sessions - 1:
            yield f"only {result['resumed']} of {sessions - 1} sessions were resumed"
            return
        resumed.append(value(result, "server_cpu_ms"))
    ratios = [r / f for r, f in zip(resumed, full)]
    rows = [resumption_row("instructions, M", counts[0], counts[1], [counts[1] / counts[0]]),
            resumption_row("server CPU, ms", statistics.median(full), statistics.median(resumed),
                           ratios)]
    yield from table(["with tickets", "target", "full", "resumed", "resumed / full", "met"], rows)


def resumption_row(title, full, resumed, ratios):
    ratio = statistics.median(ratios)
    spread = f" ({min(ratios):.2f}-{max(ratios):.2f})" if len(ratios) > 1 else ""
    return [title, "< 1 x", f"{full:.2f}", f"{resumed:.2f}", f"{ratio:.3f}{spread}",
            "yes" if ratio < 1 else "NO"]
