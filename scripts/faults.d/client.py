"""The client of a session: what it sends, and what became of each of its messages."""

import dataclasses

import smtp

TLS = smtp.context_of(None)

# A session that stands still for so long hangs.
PATIENCE_SECONDS = 10


@dataclasses.dataclass(frozen=True)
class Message:
    name: str
    octets: bytes
    chunks: int = 0  # 0 for DATA, else so many of BDAT.


def message(name, kibibytes=0, chunks=0):
    head = (f"From: <a@client.example>\r\nDate: Wed, 25 Nov 2026 08:00:00 +0000\r\n"
            f"Message-ID: <{name}@client.example>\r\nSubject: {name}\r\n\r\n.starts with a dot\r\n")
    line = name.ljust(62, ".") + "\r\n"
    return Message(name, (head + line * (16 * kibibytes)).encode() + b"end\r\n", chunks)


# The larger ones fill the buffer in front of the file (64 KiB) while they come.
SESSIONS = {
    "data": [message("data", kibibytes=140)],
    "bdat": [message("bdat", kibibytes=140, chunks=2)],
    "two": [message("first"), message("second")],
}
# So large that the disk is set to work before the end (after 8 MiB).
LARGE = [message("large", kibibytes=9000, chunks=3)]
# Sent behind what failed, to see that the session is still of use.
AGAIN = message("again")
OTHERS = {"large": LARGE, "again": [AGAIN]}
ALL = [AGAIN, *LARGE] + [one for messages in SESSIONS.values() for one in messages]


class Client(smtp.Client):
    """Leads one session and keeps what it was answered."""

    def __init__(self, connection, is_secure, on_verdict):
        super().__init__(connection, PATIENCE_SECONDS)
        self.is_secure = is_secure
        self.on_verdict = on_verdict
        self.replies = []
        # By the name of the message: the last line of the reply to its end.
        self.verdicts = {}
        self.is_lost = self.hangs = False
        self.last_command = ""

    def lead(self, messages):
        """Sends the messages, and one more where one of them was refused for now."""
        try:
            if self.reply().startswith("220 "):
                self.introduce()
                for one in messages:
                    self.deliver(one)
                if any(verdict[0] == "4" for verdict in self.verdicts.values()):
                    self.deliver(AGAIN)
                self.command("QUIT")
        except TimeoutError:
            self.hangs = True
        except (smtp.Ended, OSError):
            self.is_lost = True
        finally:
            self.close()

    def introduce(self):
        if self.is_secure:
            self.command("STARTTLS")
            self.handshake(TLS)
        self.command("EHLO me.client.example")

    def deliver(self, one):
        self.command("MAIL FROM:<a@client.example>")
        self.command("RCPT TO:<b@mx.example>")
        if one.chunks:
            self.deliver_in_chunks(one)
        else:
            self.command("DATA", "354")
            stuffed = one.octets.replace(b"\r\n.", b"\r\n..")
            self.send(stuffed + b".\r\n")
            self.judged(one, self.reply())

    def deliver_in_chunks(self, one):
        size = -(-len(one.octets) // one.chunks)
        replies = []
        for start in range(0, len(one.octets), size):
            chunk = one.octets[start:start + size]
            last = " LAST" if start + size >= len(one.octets) else ""
            self.send(f"BDAT {len(chunk)}{last}\r\n".encode() + chunk)
            replies.append(self.reply())
        refusals = [reply for reply in replies if reply[0] != "2"]
        # What is refused once stays refused, by the same words.
        assert all(reply == refusals[0] for reply in replies[replies.index(refusals[0]):]) \
            if refusals else True, replies
        self.judged(one, replies[-1])

    def judged(self, one, verdict):
        self.on_verdict(one.name, verdict)
        self.verdicts[one.name] = verdict

    def command(self, text, expected="2"):
        self.last_command = text
        self.send(f"{text}\r\n")
        reply = self.reply()
        # Only the end of a message may be refused.
        assert reply.startswith(expected), (text, reply)

    def reply(self, code=""):
        """The last line alone."""
        self.replies.append(super().reply(code).split("\n")[-1])
        return self.replies[-1]
