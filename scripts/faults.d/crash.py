"""The states that a disk can be in when the power fails, and what a file system makes of them."""

import dataclasses
import os
import random
import subprocess
import tempfile

from disk import Flush
from run import UNIQUE_NAME, files, which

# What a write of several blocks is torn into.
BLOCK_OCTETS = 1024


@dataclasses.dataclass(frozen=True)
class Acknowledgement:
    """The client was told that this message is stored."""
    message: str


@dataclasses.dataclass(frozen=True)
class State:
    """A number of epochs is on the disk, and of the blocks of the next one those of these numbers."""
    epoch: int
    blocks: tuple


class Recording:
    """What was written to a disk that had `image` on it. An epoch is what lies between flushes: at
    a crash all of the earlier ones is on the disk, and of its own any part, in any order."""

    def __init__(self, image, log):
        self.image = image
        self.epochs = [[]]
        # By epoch: what was acknowledged by its end.
        self.acknowledged = [set()]
        for entry in log:
            if entry is Flush:
                self.epochs.append([])
                self.acknowledged.append(set(self.acknowledged[-1]))
            elif isinstance(entry, Acknowledgement):
                self.acknowledged[-1].add(entry.message)
            else:
                offset, octets = entry
                self.epochs[-1] += [(offset + start, octets[start:start + BLOCK_OCTETS])
                                    for start in range(0, len(octets), BLOCK_OCTETS)]

    def states(self, randomly, at_most):
        """Of each epoch: nothing, all, the first blocks up to any, all but one, one alone, where any
        and one are so many of them at most, evenly spread; and so many parts of it at random (which
        are the same at each run)."""
        seed = random.Random(1)
        for epoch, blocks in enumerate(self.epochs):
            every = range(len(blocks))
            some = every[::max(1, -(-len(blocks) // at_most))]
            parts = {(), tuple(every)}
            parts |= {tuple(every[:one]) for one in some}
            parts |= {tuple(other for other in every if other != one) for one in some}
            parts |= {(one,) for one in some}
            parts |= {tuple(one for one in every if seed.random() < 0.5)
                      for _ in range(randomly if len(blocks) > 2 else 0)}
            yield from (State(epoch, part) for part in sorted(parts))

    def octets(self, state):
        """What is on the disk."""
        disk = bytearray(self.image)
        for blocks in self.epochs[:state.epoch]:
            write(disk, blocks)
        write(disk, [self.epochs[state.epoch][number] for number in state.blocks])
        return disk


def write(disk, blocks):
    for offset, octets in blocks:
        disk[offset:offset + len(octets)] = octets


def complaints(recording, state, workplace, options):
    """What is wrong with the Maildir after the file system has recovered."""
    place = os.path.join(workplace, "mount")
    # A file of its own for each: mount(8) takes the loop device that a file has already, and that of
    # the one before may not be gone yet.
    with tempfile.NamedTemporaryFile(dir=workplace) as image:
        image.write(recording.octets(state))
        image.flush()
        mounted = subprocess.run(["mount", "-o", f"loop,{options}", image.name, place],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            return [f"cannot be mounted: {mounted.stderr.strip()}"]
        try:
            return list(maildir_complaints(os.path.join(place, "Maildir"),
                                           recording.acknowledged[state.epoch]))
        finally:
            subprocess.run(["umount", place], check=True)


def maildir_complaints(maildir, acknowledged):
    found = set()
    for name, octets in files(maildir, "new").items():
        message = which(name, octets)
        if message is None:
            yield f"partial or foreign in new/: {name} ({len(octets)} octets)"
        found.add(message)
    for message in sorted(acknowledged - found):
        yield f"acknowledged and lost: {message}"
    for name in files(maildir, "tmp"):
        if not UNIQUE_NAME.fullmatch(name):
            yield f"in tmp/ under a name of no message: {name}"
