"""What the clients are to send, and how what was stored is compared with it."""

import difflib
import email
import email.policy

SENDER, RECIPIENTS = 'sender@client.example', ('one@example.org', 'two@example.org')
SUBJECT = 'what could get lost on its way'
HEADER = f"""\
From: Sender <{SENDER}>
To: One <{RECIPIENTS[0]}>
Cc: Two <{RECIPIENTS[1]}>
Subject: {SUBJECT}
Date: Sun, 29 Nov 2026 12:00:00 +0000
Message-ID: <1@client.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: %s
X-Folded: a field that goes
 on in a second line
"""
TEXT = f"""\
.a line that begins with a dot
.
..
.....
spaces at its end   \n\ta tab before it
From here on a mailbox would see another message

QUIT
{'0123456789' * 99 + '01234567'}
= and =3D and &amp; and $HOME
%s
the last line, before an empty one

"""


class Message:
    def __init__(self, is_eight_bit):
        self.body = (TEXT % ('Grüße, 100 €' if is_eight_bit else 'plain ASCII')).encode()
        self.header = (HEADER % ('8bit' if is_eight_bit else '7bit')).encode()

    @property
    def octets(self):
        return self.header + b'\n' + self.body

    def compare(self, sent, client):
        """Whether a client's message is this one, apart from what the client adds."""
        if client['composes']:
            return self.compare_composed(sent)
        added = {name.lower().encode() for name in client['adds']}
        assert_same(without(sent, added), without(self.octets, added))

    def compare_composed(self, sent):
        """The subject, and the text once it is decoded."""
        message = email.message_from_bytes(sent, policy=email.policy.default)
        assert message['Subject'] == SUBJECT, sent
        assert_same(message.get_payload(decode=True).replace(b'\r\n', b'\n'), self.body)


def without(text, names):
    """A message without the fields of these names, which are in lower case."""
    kept, is_kept, lines = [], True, text.split(b'\n')
    while lines and lines[0]:
        line = lines.pop(0)
        if line[:1] not in (b' ', b'\t'):
            is_kept = line.partition(b':')[0].lower() not in names
        if is_kept:
            kept.append(line)
    return b'\n'.join(kept + lines)


def assert_same(stored, expected):
    differences = difflib.ndiff(*(repr(text).replace('\\n', '\\n\n').split('\n')
                                  for text in (expected, stored)))
    assert stored == expected, '\n'.join(
        line for line in differences if not line.startswith(' '))
