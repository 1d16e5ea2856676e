"""Pytest plugin: starts a disposable PostgreSQL and Valkey for the run, before settings load."""

import fcntl
import gc
import os
import shutil
import tempfile
import time
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest

from hitouch.stack import servers
from hitouch.stack.paths import addresses

PREFIX = "hitouch-tests-"
EXTENSIONS = ("btree_gist", "pg_trgm")
running: list[servers.Servers] = []
locks: list[int] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Runs before pytest-django reads settings; xdist workers inherit the environment."""
    gc.disable()  # until all is loaded
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None and not running:
        start()
    elif worker:
        use_valkey_database(int(worker.removeprefix("gw")) + 1)
    return (yield)


def pytest_collection_finish() -> None:
    """Exclude what is loaded by now from garbage collection, which saves time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Enable garbage collection; the controller of xdist collects no tests itself."""
    gc.enable()


def pytest_unconfigure() -> None:
    for pair in running:
        pair.stop(within=3)
        shutil.rmtree(pair.paths.var.parent, ignore_errors=True)
    running.clear()


def start() -> None:
    remove_abandoned_folders()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    folder.chmod(0o711)
    lock_folder(folder)
    var = folder / "var"
    running.append(servers.start(var, disposable=True))
    found = addresses(var)
    add_extensions(found.database_url)
    os.environ["DATABASE_URL"] = found.database_url
    os.environ["REDIS_URL"] = found.redis_url
    os.environ["HITOUCH_VAR"] = str(var)
    os.environ.setdefault("HITOUCH_DEBUG", "1")  # makes its own secrets; tests turn DEBUG off
    os.environ.setdefault("HITOUCH_REVIEW_SAMPLE_PERCENT", "0")  # no result is held by lot


def use_valkey_database(number: int) -> None:
    """Give each xdist worker a Valkey database of its own."""
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].replace("db=0", f"db={number}")


def add_extensions(url: str) -> None:
    """Every test database is a copy of template1, so it has what our migrations would create."""
    address = url.replace("///hitouch?", "///template1?")
    with psycopg.connect(address, autocommit=True) as template:
        for name in EXTENSIONS:
            template.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")


def lock_folder(folder: Path) -> None:
    """Hold a lock for as long as the run lasts, which shows that its folder is in use."""
    lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    locks.append(lock)


def remove_abandoned_folders() -> None:
    """Remove the folders of runs that were ended by `kill -9`."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            if time.time() - folder.stat().st_mtime > 60 and is_abandoned(folder):
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue


def is_abandoned(folder: Path) -> bool:
    lock = os.open(folder / "lock", os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True
