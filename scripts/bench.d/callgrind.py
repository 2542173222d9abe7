"""Reading what callgrind writes (callgrind-format of Valgrind's manual)."""

import collections
import re
import subprocess


class Profile:
    """The instructions of one run by the functions that executed them themselves."""

    def __init__(self, path):
        self.own = collections.Counter()
        with open(path, encoding="utf-8", errors="replace") as lines:
            self._read(lines)

    @property
    def total(self):
        return sum(self.own.values())

    def by_object(self):
        """The instructions by program and library."""
        count = collections.Counter()
        for (library, _), cost in self.own.items():
            count[library] += cost
        return count

    def _read(self, lines):
        # Names are spelt out where they occur first, and have a number from then on: one set of
        # numbers for objects, one for functions.
        names = {"object": {}, "function": {}}
        library = function = None
        is_call = False
        for line in lines:
            first = line[:1]
            if first.isdigit() or first in "+-*":
                # The line behind `calls=` has what the called function cost, which is not its own.
                if not is_call and function is not None:
                    self.own[(library, function)] += int(line.split()[-1])
                is_call = False
            elif line.startswith("calls="):
                is_call = True
            elif line.startswith(("ob=", "fn=", "cob=", "cfn=")):
                key, _, text = line.rstrip("\n").partition("=")
                kind = "object" if key.endswith("ob") else "function"
                name = self._resolve(names[kind], text)
                if key == "ob":
                    library = name.rsplit("/", 1)[-1]
                elif key == "fn":
                    function = name

    @staticmethod
    def _resolve(names, text):
        number, _, name = text.partition(" ")
        if name:
            names[number] = name
        return names.get(number, name or number)


def readable(functions, demangler):
    """The names of functions as they stand in the source, by name, each on one short line."""
    # callgrind marks recursion by `'2` and clones by suffixes of the linker's.
    bare = [re.sub(r"'\d+$", "", name) for name in functions]
    done = subprocess.run([demangler, "--compact", "--simplified"], input="\n".join(bare), text=True,
                          capture_output=True, check=True)
    return dict(zip(functions, done.stdout.splitlines()))
