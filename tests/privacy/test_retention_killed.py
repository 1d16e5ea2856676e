"""A retention run that is killed can be started again."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as live
from django.db import connection
from django.db.models import Sum

from accounts.models import RetentionProof
from accounts.security.retention_proofs import first_broken_proof
from conftest import NOON
from hitouch.core.files import storage
from hitouch.core.models import StoredFile
from hitouch.privacy import retention_runner
from tests.support.waiting import DEADLINE_SECONDS, wait_until

pytestmark = [pytest.mark.running, pytest.mark.django_db(transaction=True)]
COUNT = 60
RULE = "core.loose_files"
ROOT = Path(__file__).resolve().parents[2]


def start_run() -> subprocess.Popen[bytes]:
    """Run the command in a process of its own on this test's database, one row per batch."""
    here = urlsplit(os.environ["DATABASE_URL"])
    env = {
        **os.environ,
        "DATABASE_URL": here._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
        "HITOUCH_PRIVATE_FILES": str(live.HITOUCH_PRIVATE_FILES),
        "HITOUCH_ORPHANS_FEW": str(COUNT),
    }
    command = [sys.executable, "manage.py", "apply_retention", "--batch", "1"]
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)


def ended() -> int:
    of_rule: dict[str, Any] = RetentionProof.objects.filter(rule=RULE).aggregate(sum=Sum("ended"))
    return of_rule["sum"] or 0


def test_killed_in_the_middle(settings: Any) -> None:
    """What is gone is proven and what is not is there; the next run ends the rest, once."""
    settings.HITOUCH_ORPHANS_FEW = COUNT  # here all files are orphans
    for number in range(COUNT):
        storage.store_bytes(b"x", name=str(number), content_type="text/plain", purpose="test")
    StoredFile.objects.update(created_at=NOON - timedelta(days=3))
    process = start_run()
    wait_until(lambda: ended() >= COUNT // 4 or process.poll() is not None, every=0.005)
    assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    assert process.wait(DEADLINE_SECONDS) == -signal.SIGKILL
    proven, left = ended(), StoredFile.objects.count()
    assert 0 < left == COUNT - proven
    assert not RetentionProof.objects.filter(rule=RetentionProof.NIGHT).exists()
    without = [row for row in StoredFile.objects.all() if storage.sealed_by(row) is None]
    assert len(without) <= 1
    assert retention_runner.apply(now=NOON).ended[RULE] == left
    assert ended() == COUNT
    assert first_broken_proof() is None
    store = Path(live.HITOUCH_PRIVATE_FILES)
    assert not [path for path in store.rglob("*") if path.is_file()]
