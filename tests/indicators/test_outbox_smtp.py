"""The same with a real conversation: what each answer of a mail server, and each silence, is taken for."""

import socketserver
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from indicators.models import Digest, User
from tests.factories import indicator

pytestmark = pytest.mark.usefixtures("english")


class Conversation(socketserver.StreamRequestHandler):
    """Answers 250 to everything but the command that the test names: to that what it says, or by hanging up."""

    def handle(self):
        self.answer("GREETING", "220 ready")
        while command := self.rfile.readline().decode().strip():
            verb = command.split(":")[0].split()[0].upper()
            if not self.answer(verb, "250 ok" if verb != "DATA" else "354 go on"):
                return
            if verb == "DATA":
                self.server.mails.append(self.body())
                if not self.answer("END", "250 taken"):
                    return

    def answer(self, verb, usual):
        said = self.server.says.get(verb, usual)
        if said:
            self.say(said)
        return bool(said)

    def body(self):
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.decode())
        return "".join(lines)

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.says: dict[str, str] = {}
        self.mails: list[str] = []


@pytest.fixture
def server(settings):
    with MailServer() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_TIMEOUT = 5
        yield server
        server.shutdown()


@pytest.fixture
def waiting(province):
    User.objects.filter(pk=province.reporter.pk).update(email="mai@example.gov.vn")
    province.round(indicator("HT.01"), due_in=30)


def outcome():
    call_command("send_outbox", stderr=StringIO())
    digest = Digest.objects.get()
    return digest.delivery, digest.error


def test_a_mail_that_is_taken_is_sent(waiting, server):
    assert outcome() == ("sent", "")
    (mail,) = server.mails
    assert "To: mai@example.gov.vn" in mail
    assert 'charset="utf-8"' in mail


@pytest.mark.parametrize(
    ("verb", "answer", "error"),
    [
        ("MAIL", "451 too many", "SMTPSenderRefused"),
        ("RCPT", "550 no such user", "SMTPRecipientsRefused"),
        ("DATA", "451 not now", "SMTPDataError"),
        ("END", "554 looks like spam", "SMTPDataError"),
    ],
)
def test_a_refusal_in_words_is_tried_again(waiting, server, verb, answer, error):
    server.says[verb] = answer
    delivery, said = outcome()
    assert delivery == "waiting"
    assert said.startswith(error)
    assert answer.partition(" ")[2] in said


def test_a_server_that_hangs_up_on_the_text_may_have_taken_it(waiting, server):
    server.says["END"] = ""
    assert outcome()[0] == "unknown"
    assert len(server.mails) == 1


def test_a_server_that_does_not_greet_was_not_reached(waiting, server):
    server.says["GREETING"] = "421 too busy"
    with pytest.raises(CommandError, match="SMTPConnectError"):
        outcome()
    assert Digest.objects.get().delivery == "waiting"


def test_nobody_listens(waiting, server):
    server.shutdown()
    server.server_close()
    with pytest.raises(CommandError, match="ConnectionRefusedError"):
        outcome()
    assert Digest.objects.get().delivery == "waiting"
