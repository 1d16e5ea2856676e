"""What every store of private files does, on disk and in a bucket, and while it is lost."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hitouch.core.files import stores
from hitouch.core.files.stores import base, local, s3
from hitouch.core.files.stores.base import ObjectStore, StoreUnavailable
from tests.fakes import s3 as fake_s3
from tests.fakes.s3 import S3Server
from tests.support import s3_sites
from tests.support.waiting import wait_until

NAME = "ab/abcd"
LARGE = os.urandom(s3.PART_BYTES + 70_000)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[S3Server]:
    with s3_sites.s3_server(tmp_path / "s3") as running:
        yield running


@pytest.fixture(params=["local", "s3"])
def store(request: Any, tmp_path: Path, settings: Any) -> ObjectStore:
    if request.param == "s3":
        s3_sites.use(settings, request.getfixturevalue("server"))
    else:
        settings.HITOUCH_FILE_STORE = (tmp_path / "private").as_uri()
    return stores.private_store()


def test_objects_are_written_read_and_deleted(store: ObjectStore) -> None:
    """By name; what does not exist is FileNotFoundError, or nothing to delete."""
    store.put(NAME, [b"hel", b"lo"])
    assert base.read_all(store, NAME) == b"hello"
    assert store.read_range(NAME, 1, 3) == base.Part(b"el", 5)
    assert store.read_range(NAME, 3, 90) == base.Part(b"lo", 5)
    store.put(NAME, [b""])
    assert (store.size(NAME), base.read_all(store, NAME)) == (0, b"")
    for _ in range(2):
        store.delete(NAME)
    assert store.size(NAME) is None
    with pytest.raises(FileNotFoundError):
        store.read_range(NAME, 0, 1)


def test_an_object_is_created_once(store: ObjectStore) -> None:
    """With `if_absent` the first writer wins."""
    store.put(NAME, [b"first"], if_absent=True)
    with pytest.raises(FileExistsError):
        store.put(NAME, [b"second"], if_absent=True)
    assert base.read_all(store, NAME) == b"first"


@pytest.mark.parametrize("size", [100, len(LARGE)])
def test_a_write_that_breaks_off_leaves_nothing(store: ObjectStore, size: int) -> None:
    """Neither a part of the new object nor less of the one that was there."""

    def breaks_off() -> Iterator[bytes]:
        yield LARGE[:size]
        raise KeyError("gone")

    with pytest.raises(KeyError):
        store.put(NAME, breaks_off())
    assert list(store.list()) == []
    store.put(NAME, [b"whole"])
    with pytest.raises(KeyError):
        store.put(NAME, breaks_off())
    assert [each.name for each in store.list()] == [NAME]
    assert base.read_all(store, NAME) == b"whole"


def test_a_large_object_is_streamed(store: ObjectStore) -> None:
    """It becomes visible as a whole."""
    store.put(NAME, (LARGE[at : at + 50_000] for at in range(0, len(LARGE), 50_000)))
    assert base.read_all(store, NAME) == LARGE


def test_objects_are_listed(store: ObjectStore, monkeypatch: Any, tmp_path: Path) -> None:
    """All, or those of a folder, in pages, with size and time."""
    names = ["aa/1", "aa/2", "ab/1", "audit/2026.json", "store.json"]
    for name in names:
        store.put(name, [name.encode()])
    monkeypatch.setattr(fake_s3, "MOST_KEYS", 2)
    found = list(store.list())
    assert sorted(each.name for each in found) == names
    assert [each.name for each in store.list("aa")] == names[:2]
    assert list(store.list("none")) == []
    assert all(each.size == len(each.name) for each in found)
    (tmp_path / "now").touch()  # dated by the real clock, as objects are
    now = (tmp_path / "now").stat().st_mtime
    assert all(abs(each.modified_at.timestamp() - now) < 300 for each in found)


def test_files_on_disk_are_for_their_user_only(tmp_path: Path) -> None:
    """Neither group nor others read folders or files; what a crash left is deleted with them."""
    store = local.LocalStore(tmp_path / "private")
    store.put(NAME, [b"x"])
    path = tmp_path / "private" / NAME
    assert [place.stat().st_mode & 0o777 for place in (path, path.parent)] == [0o600, 0o700]
    path.with_name("abcd.1234.part").write_bytes(b"half")
    store.delete(NAME)
    assert list(path.parent.iterdir()) == []


OPERATIONS: dict[str, Callable[[ObjectStore], object]] = {
    "read": lambda store: store.read_range(NAME, 0, 10),
    "write": lambda store: store.put(NAME, [b"new"]),
    "write large": lambda store: store.put(NAME, [LARGE]),
    "size": lambda store: store.size(NAME),
    "delete": lambda store: store.delete(NAME),
    "list": lambda store: list(store.list()),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_lost_bucket_is_a_refusal(name: str, server: S3Server, settings: Any) -> None:
    """Down, failing, refusing our key, or another bucket: within seconds, and nothing changes."""
    s3_sites.use(settings, server)
    store = stores.private_store()
    store.put(NAME, [b"kept"])
    act = OPERATIONS[name]
    for fault in ("down", "error"):
        with server.failing(fault), pytest.raises(StoreUnavailable):
            act(store)
    for url, access in (
        (s3_sites.URL, s3_sites.access(server, secret="another")),
        ("s3://none/site", s3_sites.access(server)),
        (s3_sites.URL, s3_sites.access(server, endpoint="http://127.0.0.1:9")),
    ):
        settings.HITOUCH_S3 = access
        began = time.monotonic()
        if (name, url) == ("read", "s3://none/site"):
            with pytest.raises(FileNotFoundError):  # S3 does not tell; the marker does
                act(stores.store_at(url))
        elif (name, url) == ("size", "s3://none/site"):
            assert act(stores.store_at(url)) is None
        else:
            with pytest.raises(StoreUnavailable):
                act(stores.store_at(url))
        assert time.monotonic() - began < 30  # on a busy machine
    assert base.read_all(store, NAME) == b"kept"


def test_a_bucket_that_hangs_or_stops_halfway_is_lost(server: S3Server, settings: Any) -> None:
    """A request has an end, and half a body is no body; health checks wait less."""
    s3_sites.use(settings, server)
    store, quick = stores.private_store(), stores.store_for_health_checks()
    store.put(NAME, [LARGE[:100_000]])
    with server.failing("truncated"), pytest.raises(StoreUnavailable):
        store.read_range(NAME, 0, 100_000)
    with server.failing("hanging"):
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):
            quick.read_range(NAME, 0, 1)
        assert time.monotonic() - began >= s3.SHORT.request.total_seconds()
    with server.failing("slow"):
        assert store.read_range(NAME, 0, 5).data == LARGE[:5]


def test_not_everybody_waits_for_a_bucket_that_hangs(server: S3Server) -> None:
    """Threads that come next hear the refusal at once, and after a moment one tries again."""
    moment = timedelta(seconds=1.2)
    store = s3.S3Store(
        s3_sites.BUCKET,
        "site",
        **s3_sites.access(server),
        patience=s3.Patience(moment, moment, retries=0, pause=moment),
    )
    store.put(NAME, [b"x"])
    with server.failing("hanging"):
        with pytest.raises(StoreUnavailable):
            store.size(NAME)
        asked = len(server.requests)
        for _ in range(20):
            with pytest.raises(StoreUnavailable):
                store.size(NAME)
    assert len(server.requests) - asked <= 1  # the one that hung
    wait_until(lambda: is_back(store))


def is_back(store: ObjectStore) -> bool:
    try:
        return store.size(NAME) == 1
    except StoreUnavailable:
        return False


def test_a_disk_that_fails_is_a_refusal(tmp_path: Path) -> None:
    """A full or broken disk is not a lost file."""
    (tmp_path / "private").write_bytes(b"a file in place of the folder")
    store = local.LocalStore(tmp_path / "private")
    with pytest.raises(StoreUnavailable):
        store.put(NAME, [b"x"])
    with pytest.raises(StoreUnavailable):
        store.read_range(NAME, 0, 1)


def test_a_fork_is_noticed(server: S3Server, settings: Any) -> None:
    """The client's threads are not copied; instead of waiting forever the child says so."""
    s3_sites.use(settings, server)
    store = stores.private_store()
    store.put(NAME, [b"x"])
    child = os.fork()
    if child == 0:
        try:
            store.size(NAME)
        except RuntimeError:
            os._exit(7)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    assert store.size(NAME) == 1
