"""The table of mutants: entries between blank lines, lines that begin with # are comments.

    name:  what is broken, in a few words
    file:  the name of the file, where the text alone does not tell it (optional)
    old:   a line of the code; several of these lines are lines that follow each other
    new:   what stands there instead; none where the line just goes
    suite: a regular expression on Module.Suite/test, as of `swift test --filter`
    hangs: yes, where the sign is that the test does not end

The text is looked for below Sources, and must be there exactly once, how far it is indented aside:
so an entry survives moves, and one that no longer applies is a failure.
"""

import pathlib
import re


class Entry:
    def __init__(self, block):
        self.fields = {}
        for line in block.splitlines():
            key, colon, value = line.partition(":")
            if not colon or key not in ("name", "file", "old", "new", "suite", "hangs"):
                raise SystemExit(f"no line of an entry: {line}")
            self.fields.setdefault(key, []).append(value.strip())
        for key in ("name", "old", "suite"):
            if key not in self.fields:
                raise SystemExit(f"an entry without {key}:\n{block}")
        self.name, self.suite = self.fields["name"][0], self.fields["suite"][0]
        self.may_hang = self.fields.get("hangs") == ["yes"]

    @property
    def needs_only_the_binary(self):
        return self.suite.startswith("EndToEndTests")

    def place(self, sources):
        """The file and the span of the text; or a word on why there is none."""
        pattern = re.compile(r"\s*\n\s*".join(map(re.escape, self.fields["old"])))
        found = [(path, match.span()) for path, text in sources.items()
                 for match in pattern.finditer(text)]
        if len(found) > 1 and "file" in self.fields:
            found = [place for place in found if place[0].name == self.fields["file"][0]]
        if len(found) != 1:
            raise LookupError(f"found {len(found)} times")
        return found[0]

    def mutated(self, text, span):
        return text[:span[0]] + "\n".join(self.fields.get("new", [""])) + text[span[1]:]


def read(path):
    text = re.sub(r"(?m)^#.*\n?", "", pathlib.Path(path).read_text())
    entries = [Entry(block) for block in re.split(r"\n\s*\n", text.strip())]
    names = [entry.name for entry in entries]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise SystemExit(f"entries of one name: {', '.join(twice)}")
    return entries
