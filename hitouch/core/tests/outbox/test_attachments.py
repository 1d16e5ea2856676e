"""Files that go out with a mail: real attachments, read when they are sent, each mail once."""

from datetime import timedelta
from email.message import EmailMessage
from importlib import import_module
from typing import Any

import pytest
from django.core.mail.backends.smtp import EmailBackend

from conftest import NOON
from hitouch.core.files import storage
from hitouch.core.models import Attachment, OutboxMessage, StoredFile
from hitouch.core.outbox import delivery
from hitouch.core.outbox import services as outbox
from tests.fakes.smtp import mail_server
from tests.support.private_files import path_of

PAPER = b"%PDF-1.7\n\x00\xff bytes of a paper\n"


@pytest.fixture(autouse=True)
def ground(tmp_path: Any, settings: Any, db: None) -> None:
    """A template and a file store of the test's own."""
    folder = tmp_path / "test" / "messages"
    folder.mkdir(parents=True)
    (folder / "paper.txt").write_text("Subject: Your paper\n\nIt is attached.\n")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    settings.HITOUCH_PRIVATE_FILES = tmp_path / "private"


@pytest.fixture
def server(settings: Any, monkeypatch: Any) -> Any:
    """A local SMTP server, and Django's SMTP backend."""
    with mail_server() as running:
        settings.HITOUCH_SENDERS = {"MAIL": "smtp", "SMS": "off"}
        monkeypatch.setattr(
            "django.core.mail.get_connection",
            lambda **options: EmailBackend(host="127.0.0.1", port=running.port),
        )
        yield running


def stored(name: str = "nda.pdf") -> StoredFile:
    return storage.store_bytes(PAPER, name=name, content_type="application/pdf", purpose="test")


def queue(*attached: StoredFile) -> OutboxMessage:
    return outbox.queue_mail(
        to="asha@example.com", template="test/paper", context={}, at=NOON, attachments=attached
    )


def contents(mail: EmailMessage) -> dict[str | None, bytes]:
    return {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}


def test_attachments_go_out_byte_for_byte(server: Any) -> None:
    """A mail server gets text and files, and only once."""
    message = queue(stored(), stored("contractor.pdf"))
    assert delivery.deliver(message_id=message.pk, now=NOON)
    assert not delivery.deliver(message_id=message.pk, now=NOON)
    (mail,) = server.taken
    assert "It is attached." in mail.get_body().get_content()
    assert contents(mail) == {"nda.pdf": PAPER, "contractor.pdf": PAPER}


def test_a_failed_try_keeps_the_files(server: Any) -> None:
    """Every later attempt reads the files from the store again."""
    message = queue(stored())
    server.fails = True
    assert not delivery.deliver(message_id=message.pk, now=NOON)
    assert not delivery.deliver(message_id=message.pk, now=NOON)
    server.fails = False
    assert delivery.sweep(now=NOON + timedelta(minutes=2)) == 1
    assert [contents(mail) for mail in server.taken] == [{"nda.pdf": PAPER}]
    message.refresh_from_db()
    assert (message.state, message.tries) == ("SENT", 2)


def test_a_missing_file_holds_only_its_own_mail_back(server: Any) -> None:
    """A mail whose file cannot be read waits and is not sent without it; others go out."""
    file = stored()
    broken = queue(file)
    path_of(file).unlink()
    assert not delivery.deliver(message_id=broken.pk, now=NOON)
    assert delivery.deliver(message_id=queue(stored()).pk, now=NOON)
    broken.refresh_from_db()
    assert (broken.state, broken.last_error) == ("WAITING", "FileNotFoundError")
    assert len(server.taken) == 1


def test_forgotten_mail_leaves_the_file(server: Any) -> None:
    """After a month the message is deleted with its links; the file stays with its owner."""
    file = stored()
    delivery.deliver(message_id=queue(file).pk, now=NOON)
    OutboxMessage.objects.update(created_at=NOON - timedelta(days=31))
    delivery.delete_old(now=NOON)
    assert not Attachment.objects.exists()
    assert storage.read(file) == PAPER


def test_development_serves_them(settings: Any, rf: Any) -> None:
    """The outbox page of development serves what was attached."""
    settings.DEBUG = True
    views = import_module("hitouch.dev.views")
    queue(stored())
    answer = views.attachment(rf.get("/"), pk=Attachment.objects.get().pk)
    assert answer.content == PAPER
