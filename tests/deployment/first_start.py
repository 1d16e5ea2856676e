"""The data of a site after its first start, which is made once for all sites of a test run.

A first start takes most of a minute: migrations, and the demo's cards, which are read by OCR.
"""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deployment.sites import Site

#: What a start makes anew: logs, the times of sweeps, and ports that another site may use now.
NOT_COPIED = ("log", "beat-schedule.*", "outside.port", "up.lock")


def copy_to(var: Path, factory: pytest.TempPathFactory) -> None:
    """Copy the data of the first start, with the owners of its files, to a folder."""
    subprocess.run(["cp", "-a", str(_made_once(factory)), str(var)], check=True)
    for path in [path for name in NOT_COPIED for path in var.glob(name)]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _made_once(factory: pytest.TempPathFactory) -> Path:
    """The folder, made by whichever process of the run needs it first."""
    run = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent  # each worker has a folder in that of the run
    folder = run / "a first start"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            _make(folder / "var")
            (folder / "done").touch()
    return folder / "var"


def _make(var: Path) -> None:
    """Start a site whose database a start before has left half made, and stop it.

    The SMS to the demo's people, which wait for a worker, are not sent by each copy.
    """
    leftover = var / "postgres.making"
    leftover.mkdir(parents=True)
    (leftover / "PG_VERSION").write_text("18\n")
    site = Site(var)
    try:
        site.start()
        with site.database() as database:
            database.execute("DELETE FROM core_outboxmessage WHERE channel = 'SMS'")
    finally:
        site.stop_if_running()
