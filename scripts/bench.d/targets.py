"""The table of what a session costs beside the floor, and what it should."""

import collections
import dataclasses
import operator
import re
import statistics
import types


@dataclasses.dataclass
class Row:
    """Something that is measured of each server in each round, and the target for mailpit."""

    title: str
    unit: str
    # Like "<= 0.68 x" (times the floor's), "<= + 0.3" (more than the floor's), "<= 2.5" (in itself).
    target: str = ""
    digits: int = 2
    # Values of each round, by the name of the server.
    values: dict = dataclasses.field(default_factory=dict)

    def add(self, name, number):
        self.values.setdefault(name, []).append(number)

    def compared(self):
        """mailpit with the floor, of each round: both were measured one right after the other."""
        compare = operator.sub if "+" in self.target else lambda ours, floor: ours / floor
        return [compare(*pair) for pair in zip(self.values["mailpit"], self.values.get("floor", []))]

    def is_met(self):
        kind, bound = re.fullmatch(r"([<>]=) (?:\+ )?([0-9.]+)(?: x)?", self.target).groups()
        numbers = self.compared() if set("x+") & set(self.target) else self.values["mailpit"]
        holds = operator.le if kind == "<=" else operator.ge
        return holds(statistics.median(numbers), float(bound))

    def cells(self, names):
        compared = self.compared()
        return [f"{self.title}, {self.unit}" if self.unit else self.title, self.target,
                *(self.median(name) for name in names),
                # What is counted once repeats.
                spread(compared, 3 if len(compared) == 1 else 2, "+" if "+" in self.target else "")
                if compared else "",
                ("yes" if self.is_met() else "NO") if self.target else ""]

    def median(self, name):
        values = self.values.get(name)
        return f"{statistics.median(values):.{self.digits}f}" if values else ""


def spread(numbers, digits, sign=""):
    """Their median, and the least and the most of them where those differ."""
    middle, least, most = (f"{number:{sign}.{digits}f}" for number in (
        statistics.median(numbers), min(numbers), max(numbers)))
    return middle if least == most else f"{middle} ({least} to {most})"


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


# How much is measured.
FULL = types.SimpleNamespace(
    sessions=100, sessions_together=400, large_messages=2, huge_octets=1 << 30, messages=1000)
QUICK = types.SimpleNamespace(
    sessions=30, sessions_together=100, large_messages=1, huge_octets=100 << 20, messages=200)
LARGE = 50 << 20
IDLE_SESSIONS = 50
SESSIONS_WITHIN_MESSAGE = 100


class Targets:
    """The rows, and how they are measured."""

    def __init__(self, load, servers, static, effort):
        self.load = load
        self.servers = servers
        # mailpit as one static file, if there is one.
        self.static = static
        self.effort = effort
        self.profiles = {}
        huge = f"{effort.huge_octets >> 20} MiB"
        self.rows = {
            "instructions": Row("instructions a session", "M", "<= 0.68 x"),
            "refused": Row("instructions, refused before TLS", "M", "<= 2.0 x"),
            "further": Row("instructions a further message", "M", digits=3),
            "faults": Row("page faults a session", "", "<= 0.95 x", digits=0),
            "cpu": Row("server CPU a session", "ms", "<= 0.95 x"),
            "greeting": Row("connect to 220", "ms", "<= + 0.3"),
            "handshake": Row("handshake as the client sees it", "ms"),
            "session": Row("connect to 221", "ms"),
            "rate8": Row("8 at a time", "sessions/s", ">= 1.0 x", digits=0),
            "rate32": Row("32 at a time", "sessions/s", ">= 1.0 x", digits=0),
            "large": Row("50 MiB message", "MiB/s", ">= 1.0 x", digits=0),
            "messages": Row(f"CPU a message, {effort.messages} in a session", "ms", "<= 1.0 x",
                            digits=3),
            "idle": Row(f"memory (PSS) of each of {IDLE_SESSIONS} idle TLS sessions", "MiB",
                        "<= 0.95 x"),
            "private": Row("of that its own alone", "MiB"),
            "within": Row(f"memory (PSS) of {SESSIONS_WITHIN_MESSAGE} sessions within a message,"
                          " in all", "MiB", "<= 105", digits=0),
            "peak": Row("peak memory, 1 KiB", "MiB"),
            "growth": Row(f"peak memory, {huge} less 1 KiB", "MiB", "<= 1"),
            "binary": Row("binary, stripped", "MB", "<= 2.5", digits=1),
            "static_cpu": Row("one static file: server CPU a session", "ms", "<= 0.70 x"),
            "static_idle": Row("one static file: memory (PSS) as above, idle", "MiB", "<= 0.80"),
        }

    def measure(self, rounds, note):
        note("counting instructions")
        for server in self.servers:
            self.count(server)
        order = collections.deque(self.servers)
        for number in range(rounds):
            note(f"round {number + 1} of {rounds}")
            # What spreads most is measured thrice, in small pieces.
            spreading = 3 * (self.large, self.messages)
            for step in (self.one_at_a_time, self.together, *spreading, self.idle):
                # Alternating within each step, so that what else the machine does hits all alike.
                for server in order:
                    step(server)
                # Who comes first finds what the step before has left to be done, so that changes.
                order.rotate()
            self.one_static_file()
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
        many = 10
        more = self.load.profile(server, "--messages", 1 + many).total - profile.total
        self.add("further", server, more / many / 1e6)
        if server.name == "mailpit":
            self.add("binary", server, server.stripped_octets() / 1e6)

    def one_at_a_time(self, server):
        result = self.load.hold(server, "--warm-up", 3, sessions=self.effort.sessions)
        self.add("cpu", server, result["server_cpu_ms"])
        self.add("faults", server, result["server_minor_faults"])
        self.add("greeting", server, result["connect_to_greeting_ms"])
        self.add("handshake", server, result["handshake_ms"])
        self.add("session", server, result["session_ms"])
        self.add("peak", server, result["server_peak_kib"] / 1024)

    def together(self, server):
        for count in (8, 32):
            result = self.load.hold(server, "--warm-up", count, at_a_time=count,
                                    sessions=self.effort.sessions_together)
            self.add(f"rate{count}", server, result["sessions_per_s"])

    def large(self, server):
        result = self.load.hold(server, sessions=self.effort.large_messages, size=LARGE)
        self.add("large", server, result["transfer_mib_per_s"])

    def messages(self, server):
        many = self.effort.messages
        cpu = {}
        for count in (1, many):
            result = self.load.hold(server, "--messages", count)
            cpu[count] = result["server_cpu_ms"]
        self.add("messages", server, (cpu[many] - cpu[1]) / (many - 1))

    def idle(self, server):
        result = self.load.hold(server, "--idle", sessions=IDLE_SESSIONS, at_a_time=IDLE_SESSIONS)
        self.add("idle", server, result["server_pss_kib"] / 1024)
        self.add("private", server, result["server_private_kib"] / 1024)
        many = SESSIONS_WITHIN_MESSAGE
        result = self.load.hold(server, "--within", sessions=many, at_a_time=many, size=1 << 20)
        self.add("within", server, many * result["server_pss_kib"] / 1024)

    def one_static_file(self):
        if not self.static:
            return
        result = self.load.hold(self.static, "--warm-up", 3, sessions=self.effort.sessions)
        self.rows["static_cpu"].add("mailpit", result["server_cpu_ms"])
        result = self.load.hold(self.static, "--idle", sessions=IDLE_SESSIONS, at_a_time=IDLE_SESSIONS)
        self.rows["static_idle"].add("mailpit", result["server_pss_kib"] / 1024)
        for row in ("cpu", "idle"):
            for server in self.servers[1:]:
                self.rows[f"static_{row}"].add(server.name, self.rows[row].values[server.name][-1])

    def huge(self, server):
        result = self.load.hold(server, "--timeout", 300, size=self.effort.huge_octets)
        peak = result["server_peak_kib"] / 1024
        self.add("growth", server, peak - statistics.median(self.rows["peak"].values[server.name]))

    def lines(self):
        names = [server.name for server in self.servers]
        rows = [row.cells(names) for row in self.rows.values() if row.values]
        yield from table(["", "target", *names, "beside the floor", "met"], rows)


def measure_resumption(load, server, key_file, rounds, sessions):
    """What resuming saves: full and resumed sessions in turn, as a table."""
    resuming = server.with_options("--smtp-tls-ticket-key", key_file)
    counts = [profile.total / 1e6 for profile in load.profiles(resuming, 2, "--resume")]
    full, resumed = [], []
    for _ in range(rounds):
        full.append(load.hold(resuming, "--warm-up", 1, sessions=sessions)["server_cpu_ms"])
        # Without a warm-up, as that would be another client: the first session is a full one.
        result = load.hold(resuming, "--resume", sessions=sessions)
        if result["resumed"] != sessions - 1:
            yield f"only {result['resumed']} of {sessions - 1} sessions were resumed"
            return
        resumed.append(result["server_cpu_ms"])
    rows = [[title, f"{statistics.median(before):.2f}", f"{statistics.median(after):.2f}",
             spread([a / b for a, b in zip(after, before)], 2)]
            for title, before, after in (("instructions, M", counts[:1], counts[1:]),
                                         ("server CPU, ms", full, resumed))]
    yield from table(["with --smtp-tls-ticket-key", "full", "resumed", "resumed / full"], rows)
