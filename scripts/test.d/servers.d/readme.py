"""The blocks of the README that tests carry out: what is shown there is what is run."""

import os

TOP = os.path.realpath(f'{os.path.dirname(__file__)}/../../..')


def blocks(section):
    """The indented blocks of a section, without their indentation."""
    with open(f'{TOP}/README.md', encoding='utf-8') as file:
        text = file.read()
    start = text.index(f'\n## {section}\n')
    end = text.find('\n## ', start + 1)
    found, block = [], []
    for line in text[start:end].split('\n')[2:] + ['']:
        if line.startswith('    '):
            block.append(line[4:])
        elif block:
            found.append('\n'.join(block) + '\n')
            block = []
    return found


def block(section, word):
    """The one block of a section that contains a word."""
    found = [block for block in blocks(section) if word in block]
    assert len(found) == 1, f'{len(found)} blocks with {word} in the README under "{section}"'
    return found[0]


def replaced(text, old, new):
    """The text with the one thing replaced that a test cannot take as it is written."""
    assert text.count(old) == 1, f'{text.count(old)} times {old} in {text!r}'
    return text.replace(old, new)
