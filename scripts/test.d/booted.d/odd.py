"""Sessions that are odd in one way each. Usage: odd.py CERTIFICATE KIND [ARGUMENT...]"""

import hashlib
import ssl
import subprocess
import sys
import time

from smtp import Client

CERTIFICATE = sys.argv[1]
MESSAGE = b"From: a@example.org\r\nSubject: odd\r\n\r\nhi\r\n"


def certificate():
    """Prints the SHA-256 digest of the certificate that is shown."""
    client = Client.to()
    client.reply(220)
    client.say("STARTTLS", 220)
    client.handshake()
    print(hashlib.sha256(client.certificate).hexdigest())
    client.close()


def idles(least, most):
    """Says nothing, and is told to go after so many seconds."""
    client = Client.to()
    client.reply(220)
    begun = time.monotonic()
    client.reply("421 4.3.2")
    elapsed = time.monotonic() - begun
    assert float(least) <= elapsed <= float(most), f"told to go after {elapsed:.1f} s"


def is_turned_away(reply):
    """Gets this instead of a greeting, and nothing more."""
    client = Client.to()
    client.reply(reply)
    client.take_end()


def has_many_recipients(count):
    """Delivers to so many, whose addresses have 900 octets each, as many as they may, and prints the name."""
    client = Client.to()
    client.start_tls(CERTIFICATE)
    client.begin_message(recipients=[f"{index:0888}@example.org" for index in range(int(count))])
    client.send(MESSAGE + b".\r\n")
    print(client.reply(250).split()[5])
    client.quit()


def is_local(path):
    """Delivers through a socket that has a path, and prints the name."""
    client = Client.to(path)
    client.start_tls(CERTIFICATE)
    print(client.deliver(MESSAGE))
    client.quit()


def shows_itself(port, own, key):
    """Delivers with a certificate of its own."""
    client = Client.to(("127.0.0.1", int(port)))
    context = ssl.create_default_context(cafile=CERTIFICATE)
    context.load_cert_chain(own, key)
    client.start_tls(context)
    print(client.deliver(MESSAGE))
    client.quit()


def meanwhile(*command):
    """Delivers a message, in the middle of which it runs a command, and prints its name."""
    client = Client.to()
    client.start_tls(CERTIFICATE)
    client.begin_message()
    client.send(MESSAGE)
    subprocess.run(command, check=True)
    client.send(b".\r\n")
    print(client.reply(250).split()[5])
    client.quit()


KINDS = [certificate, idles, is_turned_away, has_many_recipients, is_local, shows_itself, meanwhile]
{kind.__name__: kind for kind in KINDS}[sys.argv[2]](*sys.argv[3:])
