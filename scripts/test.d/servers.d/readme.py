"""The commands of the manual that tests carry out: what is shown there is what is run."""

import os
import subprocess

TOP = os.path.realpath(f'{os.path.dirname(__file__)}/../../..')


def block(section, word):
    """The one block of a section that contains a word."""
    done = subprocess.run([f'{TOP}/scripts/manual.d/section', section],
                          stdout=subprocess.PIPE, text=True, check=True)
    blocks = done.stdout.rstrip('\n').split('\n\n')
    found = [block for block in blocks if word in block]
    assert len(found) == 1, f'{len(found)} blocks with {word} in the section "{section}"'
    return f'{found[0]}\n'


def replaced(text, old, new):
    """The text with the one thing replaced that a test cannot take as it is written."""
    assert text.count(old) == 1, f'{text.count(old)} times {old} in {text!r}'
    return text.replace(old, new)
