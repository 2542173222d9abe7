"""That the fixture of the manual's example sees what it should: sessions that fail, and what is refused."""

import smtplib
import subprocess

import pytest
from test_mail import Mailpit


def test_failed_session_has_its_status(tmp_path):
    server = Mailpit(tmp_path, '--smtp-tls-key=/nowhere')
    with pytest.raises(smtplib.SMTPConnectError, match='421'):
        smtplib.SMTP('localhost', server.port)
    assert [session.wait(timeout=10) for session in server.sessions] == [78]


def test_refused_client(tmp_path):
    server = Mailpit(tmp_path, '--chaos-triggers=Data:451:100')
    with smtplib.SMTP('localhost', server.port) as client:
        client.starttls()
        with pytest.raises(smtplib.SMTPDataError):
            client.sendmail('me@example.org', 'you@example.org', 'Subject: hello\r\n')
    assert [session.wait(timeout=10) for session in server.sessions] == [0]
    assert subprocess.run(['find', tmp_path, '-path', '*/new/*'], capture_output=True).stdout == b''
