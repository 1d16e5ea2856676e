"""Rows and files are compared by a command, and files are copied into another store."""

from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from hitouch.core.data_protection import orphans
from hitouch.core.files import checks, identity, storage
from hitouch.core.files.stores import private_store, store_at
from hitouch.core.files.stores.base import read_all
from hitouch.core.models import OperationsAlarm, StoredFile
from tests.support import s3_sites
from tests.support.private_files import lost_store

pytestmark = pytest.mark.django_db
COUNT = 6


@pytest.fixture(params=["local", "s3"])
def place(request: Any, settings: Any, tmp_path: Path) -> Iterator[None]:
    """On disk and in a bucket alike."""
    with s3_sites.s3_server(tmp_path / "s3") as server:
        if request.param == "s3":
            s3_sites.use(settings, server)
        yield


@pytest.fixture
def files(place: None, django_capture_on_commit_callbacks: Any) -> list[StoredFile]:
    """A site with some files, stored long ago by the clocks of database and store."""
    assert orphans.establish_store()
    with django_capture_on_commit_callbacks(execute=True):
        return [keep(number) for number in range(COUNT)]


def keep(number: int) -> StoredFile:
    data, name = f"file {number}".encode(), str(number)
    return storage.store_bytes(data, name=name, content_type="text/plain", purpose="test")


def run(action: str, *options: str, days: int = 400, out: StringIO | None = None) -> str:
    """Run the command at a later day; the store dates files by the real clock."""
    out = out or StringIO()
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        call_command("file_store", action, *options, stdout=out)
    return out.getvalue()


def test_what_matches_is_in_order(files: list[StoredFile]) -> None:
    """Anchors and the marker are no files without a row."""
    private_store().put("audit/2026-11-23.json", [b"{}"])
    assert f"{COUNT} rows, 0 of them without a file; {COUNT} files, 0" in run("reconcile")


def test_both_kinds_of_faults_are_named(files: list[StoredFile]) -> None:
    """A row without its file is an error of the command; new ones are left out."""
    lost, stray = files[0], files[1]
    private_store().delete(storage.object_name(lost.pk))
    StoredFile.objects.filter(pk=stray.pk).delete()
    assert "0 of them without a file" in run("reconcile", "--grace-minutes", str(10**6))
    out = StringIO()
    with pytest.raises(CommandError, match="Files are missing"):
        run("reconcile", out=out)
    assert f"No file for the row {lost.pk}" in out.getvalue()
    assert f"No row for the file {storage.object_name(stray.pk)}" in out.getvalue()
    assert f"{COUNT - 1} rows, 1 of them without a file; {COUNT - 1} files, 1" in out.getvalue()


def test_files_without_a_row_are_deleted_on_request(files: list[StoredFile], settings: Any) -> None:
    """A small share only; with what an interrupted write left."""
    StoredFile.objects.filter(pk__in=[each.pk for each in files[:2]]).delete()
    unfinished = f"{storage.object_name(files[2].pk)}.0123.part"
    private_store().put(unfinished, [b"half"])
    settings.HITOUCH_ORPHANS_FEW = 2
    with pytest.raises(CommandError, match="more than 5%"):
        run("reconcile", "--delete-orphans")
    assert OperationsAlarm.objects.exists()
    settings.HITOUCH_ORPHANS_FEW = 3
    assert "3 files without a row deleted" in run("reconcile", "--delete-orphans")
    assert not OperationsAlarm.objects.exists()
    assert orphans.files_in_store() == COUNT - 2
    assert storage.read(files[2]) == b"file 2"


def test_a_crash_between_file_and_row_is_swept(files: list[StoredFile], monkeypatch: Any) -> None:
    """The file is there without a row; the night after a day deletes it."""
    monkeypatch.setattr(StoredFile.objects, "create", None)
    with pytest.raises(TypeError):
        keep(99)
    assert orphans.files_in_store() == COUNT + 1
    sweep, later = orphans.UnreferencedObjects(), timezone.now() + timedelta(days=400)
    sweep.require_allowed(since=later, at=later)
    assert len(sweep.end(since=later, at=later, limit=100)) == 1
    assert [storage.read(each) for each in files]


def test_a_wrong_store_is_not_compared(
    files: list[StoredFile], settings: Any, tmp_path: Path
) -> None:
    """Otherwise every file would be called missing."""
    settings.HITOUCH_FILE_STORE = (tmp_path / "other").as_uri()
    with pytest.raises(CommandError, match="does not answer"):
        run("reconcile")


@pytest.mark.parametrize("place", ["local"], indirect=True)
def test_files_move_into_a_bucket(files: list[StoredFile], settings: Any, tmp_path: Path) -> None:
    """Repeated after an interruption or while the site runs; then the bucket is the store."""
    with s3_sites.s3_server(tmp_path / "bucket") as server:
        settings.HITOUCH_S3 = s3_sites.access(server)
        private_store().put("audit/2026-11-23.json", [b"{}"])
        target = store_at(s3_sites.URL)
        target.put(storage.object_name(files[0].pk), [b"half of an interrupted copy"])
        assert f"{COUNT + 1} files copied" in run("copy", "--to", s3_sites.URL, days=0)
        new = keep(7)
        storage.destroy(files[1])
        again = run("copy", "--to", s3_sites.URL, days=0)
        assert f"1 files copied to {s3_sites.URL}; {COUNT} were there already" in again
        settings.HITOUCH_FILE_STORE = s3_sites.URL
        identity.require_match()
        assert storage.read(new) == b"file 7"
        assert [storage.read(files[number]) for number in (0, 2, 5)]
        assert read_all(target, "audit/2026-11-23.json") == b"{}"
        with pytest.raises(CommandError, match="already"):
            run("copy", "--to", s3_sites.URL)


def test_the_store_of_another_site_is_not_overwritten(
    files: list[StoredFile], tmp_path: Path
) -> None:
    """Its marker tells."""
    other = tmp_path / "other"
    other.mkdir()
    (other / identity.NAME).write_text(
        '{"store": "00000000-0000-4000-8000-000000000000", "generation": 1}'
    )
    with pytest.raises(CommandError, match="another site"):
        run("copy", "--to", other.as_uri())
    with pytest.raises(CommandError, match="--to"):
        run("copy")
    assert [path.name for path in other.iterdir()] == [identity.NAME]


def test_checks_find_a_wrong_store(files: list[StoredFile], settings: Any, tmp_path: Path) -> None:
    """`manage.py check --deploy --database default` asks it; several hosts need a common one."""
    assert checks.examine() == checks.check_sharing() == []
    settings.HITOUCH_FILE_STORE = (tmp_path / "other").as_uri()
    assert [found.id for found in checks.examine()] == ["hitouch.E039"]
    with lost_store():
        assert [found.id for found in checks.examine()] == ["hitouch.E038"]
    settings.HITOUCH_HOSTS = 2
    assert checks.check_sharing() == []
    settings.HITOUCH_FILE_STORE = ""
    assert [found.id for found in checks.check_sharing()] == ["hitouch.E037"]


def test_rotation_of_keys_waits_for_the_store(files: list[StoredFile]) -> None:
    """It is run again, and goes on."""
    with lost_store(), pytest.raises(CommandError, match="Run this again"):
        call_command("rotate_keys", stdout=StringIO())
    call_command("rotate_keys", stdout=StringIO())
