"""How the cost grows with the work: tables for the README, and a plot of them."""

import dataclasses
import subprocess

from load import value
from servers import Failed

SIZES = [1 << 10, 16 << 10, 256 << 10, 1 << 20, 16 << 20, 256 << 20, 1 << 30]
RECIPIENTS = [1, 10, 100]
MESSAGES = [1, 10, 100, 1000]
AT_A_TIME = [1, 2, 4, 8, 16, 32, 64]
FILES = [0, 1000, 10_000, 100_000]


@dataclasses.dataclass
class Series:
    """A table: what grows, and what is measured of each server at each step."""

    title: str
    # What stands in the first column, and in the others, with units.
    step: str
    measures: list
    # Rows of the step as text, its number, and by server a list of one number a measure.
    rows: list = dataclasses.field(default_factory=list)
    # The measure that is plotted.
    plotted: int = 0

    def markdown(self, servers):
        names = [f"{measure}, {server}" for measure in self.measures for server in servers]
        yield f"| {self.step} | " + " | ".join(names) + " |"
        yield "| --- |" + " ---: |" * len(names)
        for text, _, values in self.rows:
            cells = [rounded(values[server][index])
                     for index in range(len(self.measures)) for server in servers]
            yield f"| {text} | " + " | ".join(cells) + " |"


def rounded(number):
    """Three digits that count, and no more decimals than that takes."""
    if number >= 100:
        return f"{number:.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def octets(count):
    for unit, factor in (("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if count >= factor:
            return f"{count // factor} {unit}"
    return f"{count}"


class Growth:
    """Measures the series; `is_quick` leaves out the largest steps."""

    def __init__(self, load, servers, is_quick, note):
        self.load = load
        self.servers = servers
        self.is_quick = is_quick
        self.note = note

    def all(self):
        for measure in (self.sizes, self.recipients, self.messages, self.at_a_time, self.files):
            yield measure()

    def steps(self, series, values, text, measure):
        """Fills a series: `measure` gives the numbers of one server at one step."""
        for step in values[:-1] if self.is_quick else values:
            self.note(f"{series.title}: {text(step)}")
            # In turn at each step, so that what else the machine does hits all alike.
            row = {server.name: measure(server, step) for server in self.servers}
            series.rows.append((text(step), step, row))
        return series

    def sizes(self):
        def measure(server, size):
            # Small ones are over before the clock has moved much, large ones take long.
            sessions = 20 if size <= 1 << 20 else 3 if size < 1 << 30 else 1
            result = self.load.hold(server, "--timeout", 300, sessions=sessions, size=size)
            return [value(result, "server_cpu_ms"), value(result, "transfer_mib_per_s"),
                    value(result, "server_peak_kib") / 1024]

        series = Series("Size of the message", "size",
                        ["CPU ms a session", "MiB/s", "peak MiB"])
        return self.steps(series, SIZES, octets, measure)

    def recipients(self):
        def measure(server, count):
            result = self.load.hold(server, "--recipients", count, sessions=40)
            return [value(result, "server_cpu_ms"), value(result, "session_ms")]

        series = Series("Recipients of the message", "recipients",
                        ["CPU ms a session", "connect to 221 ms"])
        return self.steps(series, RECIPIENTS, str, measure)

    def messages(self):
        def measure(server, count):
            result = self.load.hold(server, "--messages", count,
                                    sessions=40 if count < 100 else 3)
            return [value(result, "server_cpu_ms") / count,
                    value(result, "server_peak_kib") / 1024]

        series = Series("Messages in a session", "messages", ["CPU ms a message", "peak MiB"])
        return self.steps(series, MESSAGES, str, measure)

    def at_a_time(self):
        def measure(server, count):
            result = self.load.hold(server, "--warm-up", count, at_a_time=count,
                                    sessions=max(200, 6 * count))
            return [result["sessions_per_s"], value(result, "session_ms"),
                    value(result, "session_ms", "p99")]

        series = Series("Sessions at a time", "at a time",
                        ["sessions/s", "connect to 221 ms, p50", "p99"])
        return self.steps(series, AT_A_TIME, str, measure)

    def files(self):
        def measure(server, count):
            for number in range(count):
                (server.maildir / "new" / f"1700000000.M{number:06}P1.localhost").touch()
            result = self.load.hold(server, "--warm-up", 3, sessions=40)
            return [value(result, "server_cpu_ms"), value(result, "end_of_data_ms")]

        series = Series("Files in the Maildir already", "files",
                        ["CPU ms a session", "final dot to 250 ms"])
        return self.steps(series, FILES, lambda count: str(count or "none"), measure)


def plot(path, all_series, servers):
    """Draws the first measure of each series by gnuplot, as SVG or PNG by the name of the file."""
    terminals = {".svg": "svg size 1000,640 font 'sans,11' background 'white'",
                 ".png": "pngcairo size 1000,640 font 'sans,10'"}
    if path.suffix not in terminals:
        raise Failed(f"--plot: {path} is neither .svg nor .png")
    script = [f"set terminal {terminals[path.suffix]}", f"set output '{path}'",
              "set multiplot layout 2,3", "set logscale x", "set grid", "set key bottom right",
              "set xtics rotate by -35"]
    for series in all_series:
        measure = series.measures[series.plotted]
        # A logarithm has no place for nothing, so that is put before the first step above it.
        places = [number or series.rows[1][1] / 10 for _, number, _ in series.rows]
        labels = ", ".join(f"'{row[0]}' {place}" for row, place in zip(series.rows, places))
        script += [f"set title '{series.title}'", f"set ylabel '{measure}'",
                   f"set xtics ({labels})"]
        highest = max(row[2][server][series.plotted] for row in series.rows for server in servers)
        # What grows with the size of the message grows by a factor of thousands.
        script += ["set logscale y", "set yrange [*:*]"] if "Size" in series.title else [
            "unset logscale y", f"set yrange [0:{1.1 * highest}]"]
        blocks, curves = [], []
        for index, server in enumerate(servers):
            blocks.append(f"$data{index} << EOD")
            blocks += [f"{place} {row[2][server][series.plotted]}"
                       for row, place in zip(series.rows, places)]
            blocks.append("EOD")
            curves.append(f"$data{index} with linespoints linewidth 2 title '{server}'")
        script += [*blocks, "plot " + ", ".join(curves)]
    script.append("unset multiplot")
    done = subprocess.run(["gnuplot"], input="\n".join(script), text=True, capture_output=True)
    if done.returncode != 0 or not path.exists():
        raise Failed(f"gnuplot: {done.stderr.strip()}")
