"""A database that does not match the private files destroys none of them."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import AuditEvent, RetentionProof
from conftest import NOON
from hitouch.core.data_protection import orphans
from hitouch.core.files import identity, storage
from hitouch.core.files.stores import private_store
from hitouch.core.files.stores.base import StoreUnavailable
from hitouch.core.models import FileStore, OperationsAlarm, StoredFile
from hitouch.privacy import retention_runner
from onboarding.kyc import quarantine
from tests.support import s3_sites
from tests.support.private_files import lost_store

pytestmark = pytest.mark.django_db
COUNT = 5


@pytest.fixture(autouse=True, params=["local", "s3"])
def place(request: Any, settings: Any, tmp_path: Path) -> Iterator[None]:
    """On disk and in a bucket alike."""
    if request.param == "local":
        yield
        return
    with s3_sites.s3_server(tmp_path / "s3") as server:
        s3_sites.use(settings, server)
        yield


@pytest.fixture(autouse=True)
def store(place: None, django_capture_on_commit_callbacks: Any) -> list[StoredFile]:
    """A seeded site with a few files, far fewer than a night may destroy."""
    assert orphans.establish_store()
    with django_capture_on_commit_callbacks(execute=True):
        return [keep(number) for number in range(COUNT)]


def keep(number: int, purpose: str = "test") -> StoredFile:
    return storage.store_bytes(b"x", name=str(number), content_type="text/plain", purpose=purpose)


def left() -> int:
    return orphans.files_in_store()


def nights(count: int = 3) -> None:
    """Nights a year later; the disk dates files by the real clock."""
    for night in range(400, 400 + count):
        retention_runner.apply(now=NOON + timedelta(days=night))


def sql(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def restore_empty() -> None:
    """The tables exist and hold nothing."""
    sql("DELETE FROM core_storedfile; DELETE FROM core_filestore")


def restore_seeded() -> None:
    """A new site was set up on the old files."""
    restore_empty()
    assert not orphans.establish_store()


def restore_older() -> None:
    """The backup was made before the last file, and three were stored before it was noticed."""
    sql("DELETE FROM core_storedfile; UPDATE core_filestore SET generation = generation - 1")


def restore_foreign() -> None:
    """The backup of another site, which stored more files."""
    sql("DELETE FROM core_storedfile; DELETE FROM core_filestore")
    FileStore.objects.create(generation=900)


def lose_marker() -> None:
    """Another folder was mounted, or somebody removed what looked superfluous."""
    private_store().delete(identity.NAME)
    sql("DELETE FROM core_storedfile")


def break_marker() -> None:
    """Half of a file after a crash of the disk."""
    private_store().put(identity.NAME, [b"{"])
    sql("DELETE FROM core_storedfile")


@pytest.mark.parametrize(
    "restore",
    [
        restore_empty, restore_seeded, restore_older, restore_foreign, lose_marker, break_marker,
    ],
    ids=lambda restore: restore.__name__,
)  # fmt: skip
def test_a_database_that_does_not_match_destroys_nothing(
    restore: Callable[[], None], django_capture_on_commit_callbacks: Any
) -> None:
    """Not at night, nor after new uploads have made both sides count on."""
    restore()
    nights()
    with django_capture_on_commit_callbacks(execute=True):
        new = [keep(number) for number in range(3)]
    nights()
    assert left() == COUNT + len(new)
    assert StoredFile.objects.count() == len(new)
    assert OperationsAlarm.objects.get(name=orphans.STORE_ALARM).detail
    night = RetentionProof.objects.filter(rule=RetentionProof.NIGHT).latest("number")
    rules = len(retention_runner.EXPIRIES)
    assert night.period == f"{rules - 2} of {rules} rules"
    with pytest.raises(CommandError):
        call_command("file_store", stdout=StringIO())


def test_a_matching_database_destroys_orphans(store: list[StoredFile]) -> None:
    """What a crash left goes as before, and nobody is alarmed."""
    store[0].delete()
    StoredFile.objects.update(created_at=NOON)
    sql("DELETE FROM core_storedfile WHERE name = '1'")
    nights()
    assert left() == 0
    assert not OperationsAlarm.objects.exists()
    assert identity.read_marker().generation == 1 + COUNT


def test_a_night_without_the_store_destroys_nothing(store: list[StoredFile]) -> None:
    """The rules count as not applied, and the next night applies them."""
    StoredFile.objects.update(created_at=NOON)
    with lost_store():
        outcome = retention_runner.apply(now=NOON + timedelta(days=400))
        assert {"core.lost_files", "core.loose_files"} <= set(outcome.broken)
        rows = orphans.UnreferencedRows().rows  # also when the store is lost during the night
        with pytest.raises(StoreUnavailable):
            rows.end(since=NOON, at=NOON, limit=100)
    assert StoredFile.objects.count() == left() == COUNT
    nights(1)
    assert StoredFile.objects.count() == left() == 0


@pytest.mark.parametrize("kind", ["without a row", "without a reference"])
def test_more_than_a_small_share_stops_the_job(kind: str, settings: Any) -> None:
    """Half of a restored database looks like that; a setting allows it on purpose."""
    settings.HITOUCH_ORPHANS_FEW = COUNT - 1
    if kind == "without a row":
        sql("DELETE FROM core_storedfile")
    StoredFile.objects.update(created_at=NOON)
    nights()
    assert left() == COUNT
    alarm = OperationsAlarm.objects.get()
    assert f"{COUNT} of {COUNT} private files" in alarm.detail
    settings.HITOUCH_ORPHANS_PERCENT = 100
    nights()
    assert left() == 0
    assert not OperationsAlarm.objects.exists()


def test_sweeps_of_unread_originals_stop_too(store: list[StoredFile]) -> None:
    """They look for files without an upload every ten minutes."""
    keep(9, purpose=quarantine.PURPOSE)
    restore_foreign()
    stays = keep(10, purpose=quarantine.PURPOSE)
    StoredFile.objects.update(created_at=NOON - timedelta(days=3))
    assert quarantine.destroy_unneeded(at=NOON) == 0
    assert storage.read(stays) == b"x"
    assert OperationsAlarm.objects.filter(name=orphans.STORE_ALARM).exists()


def test_a_store_is_adopted_on_purpose() -> None:
    """With a reason, which is audited; the alarm ends and the nights go on."""
    restore_foreign()
    nights(1)
    with pytest.raises(CommandError, match="--why"):
        call_command("file_store", "--adopt", stdout=StringIO())
    out = StringIO()
    call_command("file_store", "--adopt", "--why", "Restored 3 May.", stdout=out)
    assert f"{COUNT} private files, {COUNT} of them without a row" in out.getvalue()
    assert AuditEvent.objects.get(action="files.adopted").new["why"] == "Restored 3 May."
    nights()
    assert left() == 0
    assert not OperationsAlarm.objects.exists()


def test_a_store_from_before_gets_an_identity_if_its_files_have_rows() -> None:
    """An upgrade finds files and rows that fit; a new database beside old files does not."""
    FileStore.objects.all().delete()
    private_store().delete(identity.NAME)
    kept = StoredFile.objects.count()
    sql("CREATE TEMPORARY TABLE kept AS SELECT * FROM core_storedfile")
    sql("DELETE FROM core_storedfile")
    assert not orphans.establish_store()
    sql("INSERT INTO core_storedfile SELECT * FROM kept; DROP TABLE kept")
    assert orphans.establish_store()
    identity.require_match()
    assert left() == kept
