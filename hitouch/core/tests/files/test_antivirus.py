"""Virus scan: what clamd calls infected is refused, and no verdict is no acceptance."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from conftest import NOON
from hitouch.core.files import antivirus, storage
from hitouch.core.models import StoredFile
from hitouch.core.monitoring import lateness
from hitouch.core.tests.support.hostile import picture
from tests.fakes import clamd
from tests.fakes.clamd import EICAR, Clamd

pytestmark = pytest.mark.django_db


@pytest.fixture
def scanner(settings: Any) -> Iterator[Clamd]:
    with clamd.running() as server:
        settings.HITOUCH_CLAMD = server.address
        yield server


def keep(data: bytes) -> StoredFile:
    return storage.store_upload(SimpleUploadedFile("a.txt", data), purpose="test")


def test_clean_files_are_kept(scanner: Clamd) -> None:
    """The scanner saw every byte that was sent, before anything was decoded."""
    data = picture(size=(300, 300)) + bytes(200_000)
    keep(data)
    assert scanner.scanned == [data]


def test_a_virus_is_refused(scanner: Clamd) -> None:
    """Also appended to a valid picture; the message names no virus, and nothing is stored."""
    for data in (EICAR, picture() + EICAR):
        with pytest.raises(antivirus.Infected, match="virus scanner"):
            keep(data)
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("failure_mode", ["slow", "hang up", "nonsense", "error"])
def test_no_verdict_is_no_acceptance(scanner: Clamd, failure_mode: str, monkeypatch: Any) -> None:
    """A slow scanner, a closed connection or an unknown answer: the user has to try again."""
    monkeypatch.setattr(antivirus, "SECONDS", 0.2)
    scanner.failure_mode = failure_mode
    with pytest.raises(antivirus.ScanUnavailable) as refused:
        keep(picture())
    assert refused.value.status == 503
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize("address", ["127.0.0.1:9", "/nowhere/clamd.sock", "nonsense"])
def test_unreachable_scanner(settings: Any, address: str) -> None:
    """A configured scanner that is down refuses every file."""
    settings.HITOUCH_CLAMD = address
    with pytest.raises(antivirus.ScanUnavailable):
        keep(picture())


def test_readyz_reports_the_scanner(scanner: Clamd, settings: Any, client: Any) -> None:
    """A scanner that does not answer is an alarm and takes no node out; without one, a note."""
    lateness.check(NOON)
    assert "Open alarms" not in str(client.get("/readyz").json()["notes"])
    settings.HITOUCH_CLAMD = "/nowhere/clamd.sock"
    lateness.check(NOON)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert "Open alarms: virus_scanner_down" in answer.json()["notes"]
    settings.HITOUCH_CLAMD = ""
    lateness.check(NOON)
    answer = client.get("/readyz").json()
    assert "Open alarms" not in str(answer["notes"])
    assert any("no clamd" in note for note in answer["notes"])
