"""A database of one's own for a measurement in this process, without a site."""

import importlib
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from _project import PROJECT

from hitouch.stack import servers
from hitouch.stack.paths import addresses


@contextmanager
def own_database() -> Iterator[None]:
    """Start PostgreSQL and Valkey on a temporary folder, make the tables, and set up Django."""
    folder = Path(tempfile.mkdtemp(prefix="hitouch-bench-"))
    folder.chmod(0o711)
    running = servers.start(folder / "var")
    found = addresses(folder / "var")
    os.environ |= {
        "HITOUCH_DEBUG": "1",
        "HITOUCH_VAR": str(folder / "var"),
        "DATABASE_URL": found.database_url,
        "REDIS_URL": found.redis_url,
        "DJANGO_SETTINGS_MODULE": "hitouch.settings",
    }
    try:
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=PROJECT, check=True)
        importlib.import_module("django").setup()
        logging.disable(logging.WARNING)
        yield
    finally:
        running.stop()
        shutil.rmtree(folder, ignore_errors=True)
