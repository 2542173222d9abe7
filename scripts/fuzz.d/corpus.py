"""Writes what fuzzing begins with: for the session the dialogues of its tests, for all the words of
the protocol. Usage: corpus.py TESTS DIRECTORY"""

import base64
import pathlib
import re
import sys

# A step that does not wait for the reply to the one before is a flight of its own all the same: the
# fuzzer takes the marks between them out by itself.
NEXT = b"\xfe"

EXTRA = {
    "data": [b"\0\0a\r\n..b\r\n.\r\n", b"\1\1a\n.\r\n", b"\2\2a\rb\r\r\n", b"\0\7.\r.\n\r\n.\n\r\n.\r\n"],
    "grammar": [
        b" FROM:<@x.y,@z:\"a\\\"b\"@[IPv6:::ffff:1.2.3.4]> SIZE=1 BODY=8BITMIME SMTPUTF8 AUTH=a+3D",
        b" TO:<\xc3\xbc@\xc3\xbc.example>", b" TO:<Postmaster>", b" 18446744073709551615 LAST",
        b" PLAIN AGEAYg==", b" FROM:<a@b> RET=HDRS ENVID=a+2Bb REQUIRETLS",
        b" TO:<a@b> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;a+2Bb@c", b" TO:<a@b> NOTIFY=NEVER ORCPT=utf-8;\xc3\xbc@b",
    ],
    "options": [
        b"--smtp-tls-required=false\n--max-message-size\n0\n-v\n--hostname=mx.example",
        b"--chaos-triggers\nSender=^a:451:5,StartTLS:454:first3,Data:delay=3:100",
        b"Recipient=a{2,3}:550:100,Strip:close:0", b"(?i)^(?:a|b)\\d[\\w.]$",
        b"--smtp-tls-cert=sans:a.example,127.0.0.1\n--smtp-auth-accept-any", b"--smtp-extensions=-CHUNKING +dsn,-8BITMIME",
    ],
    "credentials": [
        b"alice:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", b"a:$apr1$abcdefgh$abcdefghijklmnopqrstuv",
        b"b:$2y$05$abcdefghijklmnopqrstuuWz9Gg5n3xTsTqgJiaGr3Ec1d2WbqPWa", b"c:{SSHA}AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        b"d:{SCRAM-SHA-256}4096,W22ZaJ0SNY7soEsUEjb6gQ==,WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=,"
        b"wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=", b"e:$y$j9T$abc$def f:$6$rounds=1000$x$y",
    ],
    "sasl": [
        bytes([0, kind]) + text
        for kind in range(9)
        for text in (
            b"\0user\0pencil", b"user\xfepencil", b"n,,n=user,r=abc\xfec=biws,r=abcnonce,p=AAAA",
            b"p=tls-exporter,,n=user,r=abc\xfec=cD1,r=abcnonce,p=AAAA",
            b"n,a=u=2C,\1host=x\1auth=Bearer x\1\1", b"user=x\1auth=Bearer y\1\1",
        )
    ],
    "handshake": [b"\0\x0d\0\0\x0amx.example", b"\4\3\4\3\3", b"\x16\3\1\0\5\1\0\0\1\3", b"\x15\3\1\0\2\2\x28"],
    # As `openssl req -x509` makes it.
    "certificate": [base64.b64decode(
        "MIIBkjCCATmgAwIBAgIUU6pPoZehffxzvwNa2aL5x6EUF3wwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxob3N0MB4X"
        "DTI2MTEzMDIzMzA1NFoXDTI3MTEzMDIzMzA1NFowFDESMBAGA1UEAwwJbG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0D"
        "AQcDQgAE3T3GrE0nhv/g0ZVx1eZ4V+xDhep0yaVkM+BClfzHZaSHmt9FJ6Cbwj0vHuMVfxo6THDCvoeZPGEHIXMJstgEFaNp"
        "MGcwHQYDVR0OBBYEFJIfb3eV+RlpzqhMFfTnX1jeLRCWMB8GA1UdIwQYMBaAFJIfb3eV+RlpzqhMFfTnX1jeLRCWMA8GA1Ud"
        "EwEB/wQFMAMBAf8wFAYDVR0RBA0wC4IJbG9jYWxob3N0MAoGCCqGSM49BAMCA0cAMEQCIH+UfYBuA3Y3a8j7ONu3yU0s/97Q"
        "/cYvp8biy8Wa+oyzAiBpG3rzgb4sRZel4mIopIjPrdXF6YR7uHsbk2DLNfPYNQ=="
    )],
    "log": [b"a\\\"b;\x1b[2J\xc2\x85\xe2\x80\xa8\xf0\x9f\x92\xa9", b"x" * 1030],
    "proxy": [
        b"PROXY TCP4 192.0.2.1 198.51.100.1 56324 25\r\nEHLO x\r\n", b"PROXY UNKNOWN\r\n",
        b"PROXY TCP6 2001:db8::1 ::1 1 65535\r\n",
        b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\2\1\xc6\x33\x64\1\xdc\4\0\x19",
        b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\3\3\0\0",
    ],
}

WORDS = [
    "EHLO a.b\\x0d\\x0a", "HELO a\\x0d\\x0a", "STARTTLS\\x0d\\x0a\\xfe", "MAIL FROM:<a@b.c>\\x0d\\x0a",
    "RCPT TO:<d@e.f>\\x0d\\x0a", "RCPT TO:<x@e.f>\\x0d\\x0a", "DATA\\x0d\\x0a", "\\x0d\\x0a.\\x0d\\x0a",
    "BDAT 3\\x0d\\x0aabc", "BDAT 2 LAST\\x0d\\x0ahi", "BDAT 0 LAST\\x0d\\x0a", "RSET\\x0d\\x0a", "QUIT\\x0d\\x0a",
    "AUTH PLAIN AGEAYg==\\x0d\\x0a", "AUTH LOGIN\\x0d\\x0a", "NOOP\\x0a", "SIZE=50", "SMTPUTF8", "RET=FULL", "ENVID=x", "NOTIFY=NEVER", "ORCPT=rfc822;d@e.f", "REQUIRETLS", "\\xfe",
    "GET / HTTP/1.1\\x0d\\x0a", "n,,n=user,r=", "{SCRAM-SHA-256}", "--smtp-", "PROXY TCP4 ",
]


def dialogues(tests):
    """What the clients of the transcripts say, a dialogue each."""
    for path in sorted(tests.glob("*.swift")):
        for literal in re.findall(r'"""\n(.*?)"""', path.read_text(), re.DOTALL):
            lines = re.findall(r"^\s*C: ?(.*)$", literal, re.MULTILINE)
            if lines:
                yield [unescaped(line) for line in lines]


def unescaped(line):
    text = line.replace("\\r", "\r").replace("\\n", "\n").replace("\\0", "\0").replace("\\\\", "\\")
    return text.encode()


def main():
    tests, directory = map(pathlib.Path, sys.argv[1:])
    for name, inputs in EXTRA.items():
        write(directory / name, inputs)
    inputs = []
    for index, lines in enumerate(dialogues(tests)):
        for bits in (index * 37 % 256, 0x00, 0x05):
            head = bytes([bits, index * 11 % 256, index % 256])
            inputs.append(head + b"".join(line + b"\r\n" + NEXT for line in lines))
    write(directory / "session", inputs)
    (directory / "words").write_text("".join(f'"{word}"\n' for word in WORDS))
    print(len(inputs))


def write(directory, inputs):
    directory.mkdir(parents=True, exist_ok=True)
    for index, octets in enumerate(inputs):
        (directory / f"seed-{index}").write_bytes(octets)


main()
