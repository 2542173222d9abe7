"""Delivers to a file system whose writes are recorded, and looks at what is left of it if the power
fails after any of them. Prints what is shown and figures as the parts of scripts/test do.

Must run as root, in a mount namespace of its own."""

import functools
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time

import crash
import judge
from disk import Disk
from run import NEW, TMP, Case, Fault, Run, Tools

IMAGE_OCTETS = 6 << 20
# How the file system is mounted: as it comes, and with data that may reach the disk after what
# points to it. What is not asked for must not be written in time by chance.
ORDERED, WRITEBACK = "data=ordered,commit=600", "data=writeback,commit=600"
SMALL = [("two", True)]
SESSIONS = [*SMALL, ("data", True), ("bdat", False)]

# Before each call on the Maildir somebody else has the journal committed: so what the program did up
# to there is on the disk as far as it can be without its data, as if the kernel had had the idea.
NEIGHBOUR = (Fault("any", "/Maildir", 1, "commit+"),)

# Calls that only pretend. A file that was never synced is to be found empty, and one whose
# directory was not is to be missed: else this test would prove nothing.
LIES = [("the file's fsync", Fault("fsync", TMP, 1, "return=0+"), "partial or foreign in new/"),
        ("the directory's fsync", Fault("fsync", NEW, 1, "return=0+"), "acknowledged and lost")]


def empty_image(workplace):
    path = os.path.join(workplace, "empty")
    with open(path, "wb") as file:
        file.truncate(IMAGE_OCTETS)
    subprocess.run(["mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", path],
                   check=True)
    with open(path, "rb") as file:
        return file.read()


def record(tools, workplace, image, options, sessions, faults=()):
    """The sessions, one after the other, on one disk."""
    disk_file, place = os.path.join(workplace, "disk"), os.path.join(workplace, "mount")
    with open(disk_file, "wb"):
        os.makedirs(place, exist_ok=True)
    disk = Disk(disk_file, image)
    try:
        subprocess.run(["mount", "-o", f"loop,{options}", disk_file, place], check=True)
        try:
            for session, is_secure in sessions:
                run = Run(tools, Case(session, is_secure, faults), os.path.join(place, "Maildir"),
                          lambda message, reply: note(disk, message, reply))
                wrong = list(judge.unnoticed(run))
                assert not wrong, wrong
            log = list(disk.log)
        finally:
            subprocess.run(["umount", place], check=True)
    finally:
        disk.close()
    return crash.Recording(image, log)


def note(disk, message, reply):
    if reply.startswith(judge.STORED):
        disk.note(crash.Acknowledgement(message))


def check(recording, options, workplace, state):
    """In a directory for each process of the pool."""
    own = os.path.join(workplace, str(os.getpid()))
    os.makedirs(os.path.join(own, "mount"), exist_ok=True)
    return state, crash.complaints(recording, state, own, options)


def crashes(recording, options, workplace, breadth):
    """Pairs of state and complaints, for all states."""
    # More than there are processors: to mount is mostly to wait.
    with multiprocessing.Pool(3 * (os.cpu_count() or 1)) as pool:
        yield from pool.imap(functools.partial(check, recording, options, workplace),
                             recording.states(*breadth), chunksize=8)


def show_lies(tools, workplace, image):
    for what, fault, told in LIES:
        recording = record(tools, workplace, image, ORDERED, SMALL, (fault,))
        seen = sum(any(told in complaint for complaint in wrong)
                   for _, wrong in crashes(recording, ORDERED, workplace, (0, 4)))
        if seen == 0:
            sys.exit(f"not shown: without {what} something is lost")
        print(f"ok    without {what} it is seen: {told}")
        print(f"n     power failures that show it: {seen}", flush=True)


def show_durability(tools, workplace, image, options, faults, breadth):
    start = time.monotonic()
    recording = record(tools, workplace, image, options, SMALL if faults else SESSIONS, faults)
    assert len(recording.acknowledged[-1]) == (2 if faults else 4), recording.acknowledged
    count = failures = 0
    for state, wrong in crashes(recording, options, workplace, breadth):
        count += 1
        for complaint in wrong:
            failures += 1
            print(f"{state}: {complaint}", file=sys.stderr)
    if failures:
        sys.exit(f"not shown: what a power failure leaves ({failures} complaints)")
    print(f"ok    ext4 with {options}{', beside others' if faults else ''}: after a power failure at"
          " any write each acknowledged message is there, and nothing partial in new/")
    print(f"n     power failures: {count}, of {len(recording.epochs)} flushes and"
          f" {sum(map(len, recording.epochs))} blocks, in {time.monotonic() - start:.1f} s",
          flush=True)


def main():
    *breadth, binary, workplace = sys.argv[1:]
    assert breadth in ([], ["--all"]), f"unknown option {breadth}"
    tools, is_all = Tools(binary, workplace), breadth != []
    # Random states between two flushes, and blocks that states are made by.
    breadth = (100, 1 << 20) if is_all else (2, 8)
    with tempfile.TemporaryDirectory(prefix="mailpit-powerloss-") as workplace:
        # In memory: how long a real disk takes to sync is not the question here.
        subprocess.run(["mount", "-t", "tmpfs", "mailpit-powerloss", workplace], check=True)
        try:
            image = empty_image(workplace)
            for mount in (ORDERED, WRITEBACK) if is_all else (ORDERED,):
                for faults in ((), NEIGHBOUR):
                    show_durability(tools, workplace, image, mount, faults, breadth)
            show_lies(tools, workplace, image)
        finally:
            # Loop devices let go of their files when they find the time.
            subprocess.run(["umount", "--lazy", workplace], check=True)


if __name__ == "__main__":
    main()
