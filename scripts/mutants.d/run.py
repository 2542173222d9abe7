"""Runs the mutants of a table: run.py TABLE [PATTERN]"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

import table

# How long the tests of a mutant may take, and how long they have to take for a hang to be one.
LIMIT = 180
TREE = pathlib.Path(".build/mutants")
TESTS = ".build/debug/mailpitPackageTests.xctest"


def refresh():
    """Makes the copy what the sources are now, and leaves alone what is so already."""
    output = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard",
         "Package.swift", "Sources", "Tests", "scripts", "systemd", "README.md"],
        check=True, capture_output=True, text=True).stdout
    wanted = {pathlib.Path(name) for name in output.split("\0") if name}
    wanted = {path for path in wanted if path.is_file()}
    for path in wanted:
        copy = TREE / path
        text = path.read_bytes()
        if path.name == "Package.swift":
            # A mutant may leave something unused.
            text = text.replace(b".treatAllWarnings(as: .error),", b"")
        if not copy.is_file() or copy.read_bytes() != text:
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(text)
            copy.chmod(path.stat().st_mode)
    for copy in TREE.rglob("*"):
        path = copy.relative_to(TREE)
        if path.parts[0] != ".build" and copy.is_file() and path not in wanted:
            copy.unlink()


def run(command, limit=None):
    """Returns the status, None after the limit, and the output. Nothing of it goes on afterwards."""
    with tempfile.TemporaryDirectory() as scratch:
        process = subprocess.Popen(
            command, cwd=TREE, env=os.environ | {"TMPDIR": scratch}, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace")
        try:
            output, _ = process.communicate(timeout=limit)
            return process.returncode, output
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return None, process.communicate()[0]


def write(path, text):
    """Changes a file of the copy. Nothing builds the users of a changed header anew by itself."""
    path.write_text(text)
    if path.suffix == ".h":
        for user in TREE.glob("Sources/**/*.swift"):
            if f"import {path.parent.name}\n" in user.read_text():
                user.touch()


def build(*what):
    return run(["swift", "build", *what])


def test(pattern):
    return run([TESTS, "--testing-library", "swift-testing", "--filter", pattern], LIMIT)


def try_entry(entry, sources, tests):
    """Returns whether the mutant is caught, and a word on it."""
    if not any(re.search(entry.suite, test) for test in tests):
        return False, f"no test is called {entry.suite}"
    try:
        path, span = entry.place(sources)
    except LookupError as reason:
        return False, f"does not apply ({reason})"
    path = TREE / path
    original = path.read_text()
    write(path, entry.mutated(original, span))
    try:
        status, output = build(
            *["--product", "mailpit"] if entry.needs_only_the_binary else ["--build-tests"])
        if status != 0:
            errors = [line for line in output.splitlines() if "error:" in line]
            return False, "does not build: " + (errors or [output[-300:]])[0]
        status, output = test(entry.suite)
    finally:
        write(path, original)
    if status is None:
        return entry.may_hang, "caught (hangs)" if entry.may_hang else "hangs, and is not said to"
    if entry.may_hang:
        return False, "does not hang, and is said to"
    if status == 0:
        return False, "SURVIVED"
    if " recorded an issue" not in output:
        return False, f"ended with {status}, and not by an expectation: {output[-500:]}"
    return True, "caught"


def check_tests(entries):
    """Sees that the tests pass as long as nothing is broken; returns the names of all there are."""
    status, output = build("--build-tests")
    if status != 0:
        raise SystemExit(output)
    _, output = run(["swift", "test", "list", "--skip-build"])
    names = output.splitlines()
    for module in sorted({entry.suite.partition(".")[0] for entry in entries}):
        status, output = test("|".join(
            sorted({entry.suite for entry in entries if entry.suite.startswith(module)})))
        if status != 0:
            lines = [line for line in output.splitlines() if "issue" in line]
            raise SystemExit("\n".join([f"{module}: the tests do not even pass unbroken", *lines]))
    return names


def main(path, pattern=""):
    entries = [entry for entry in table.read(path) if re.search(pattern, entry.name)]
    if not entries:
        raise SystemExit(f"no mutant is called {pattern}")
    refresh()
    tests = check_tests(entries)
    sources = {path.relative_to(TREE): path.read_text()
               for path in sorted((TREE / "Sources").rglob("*")) if path.is_file()}
    # What needs the binary alone comes last: the tests are built with nothing broken before.
    entries.sort(key=lambda entry: (entry.needs_only_the_binary, entry.suite.partition(".")[0]))
    failures = 0
    for index, entry in enumerate(entries):
        if entry.needs_only_the_binary and not entries[index - 1].needs_only_the_binary:
            build("--build-tests")
        start = time.monotonic()
        is_caught, word = try_entry(entry, sources, tests)
        failures += not is_caught
        mark = "ok   " if is_caught else "FAILED"
        print(f"{mark} {time.monotonic() - start:4.0f} s  {entry.name}: {word}", flush=True)
    print(f"{len(entries)} mutants, {failures} of them not caught")
    return failures == 0


if __name__ == "__main__":
    sys.exit(0 if main(*sys.argv[1:]) else 1)
