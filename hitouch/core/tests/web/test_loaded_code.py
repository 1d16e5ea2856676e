"""Web servers keep the code that they have loaded out of garbage collection."""

import subprocess
import sys

from tests.support.production_settings import environment
from tests.support.source_files import ROOT

CHECK = """
import gc
from importlib import import_module
from django.urls import resolve, reverse
for server in ("hitouch.wsgi", "hitouch.asgi"):
    gc.unfreeze()
    import_module(server)
    resolve(reverse("account_login"))
    print(len(gc.get_objects()), gc.get_freeze_count())
"""


def test_a_collection_walks_no_loaded_code() -> None:
    """A full one stops all threads; with all code in it, for a quarter of a second."""
    done = subprocess.run(
        [sys.executable, "-c", CHECK],
        cwd=ROOT, env=environment(HITOUCH_DEBUG="1"), capture_output=True, text=True,
        timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for line in done.stdout.splitlines():
        walked, frozen = map(int, line.split())
        assert walked < 10_000 < 100_000 < frozen
    assert len(done.stdout.splitlines()) == 2
