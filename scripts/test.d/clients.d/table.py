"""The table of clients: an entry begins with a line `== NAME`, then come fields, an empty line, and
the commands, which are run by bash. A line that is indented continues a field.

    debian:   packages, of which the first gives the version
    machine:  a package that is installed only on the machine of the test
    pypi:     a distribution of requirements.txt
    message:  eight-bit, where the client sends such text; else all is ASCII
    adds:     the fields that the client, by its documentation, adds or writes anew
    composes: yes, where the client makes the header and the transfer encoding, and we give a text
    verifies: authority, where the client does not promise to verify the name too
    clean:    findings that are true of the client; it must have no others. Without this field all
              are only printed

Usage: table.py TABLE names|debian|machine
"""

import sys

FIELDS = ('debian', 'machine', 'pypi', 'message', 'adds', 'composes', 'verifies', 'clean')


class Client:
    def __init__(self, entry):
        head, _, self.commands = entry.partition('\n\n')
        self.name, *lines = head.split('\n')
        self.fields = {}
        for line in '\n'.join(lines).replace('\n    ', ' ').split('\n'):
            name, colon, value = line.partition(':')
            if not colon or name not in FIELDS:
                raise SystemExit(f'no line of an entry: {line}')
            self.fields[name] = value.split()

    def __getitem__(self, field):
        return self.fields.get(field, [])


def clients(path):
    with open(path, encoding='utf-8') as file:
        return [Client(entry) for entry in file.read().split('\n== ')[1:]]


if __name__ == '__main__':
    for each in clients(sys.argv[1]):
        for word in [each.name] if sys.argv[2] == 'names' else each[sys.argv[2]]:
            print(word)
