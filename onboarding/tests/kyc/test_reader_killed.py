"""A worker that is killed while it reads an upload loses nothing."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from conftest import NOON, make_agent
from onboarding.demo import agents
from onboarding.kyc import reading, uploads
from onboarding.models import KycDocument, KycUpload
from onboarding.tests import factories

pytestmark = [pytest.mark.running, pytest.mark.django_db(transaction=True)]
#: Reads an upload whose decoding never ends.
WORK = """
import sys, time, django; django.setup()
from datetime import datetime
from hitouch.core.files import storage
from onboarding.kyc import reading
def stuck(*args, **facts):
    print("reading", flush=True)
    time.sleep(600)
storage.decode_picture = stuck
reading.read_next(clock=lambda: datetime.fromisoformat(sys.argv[1]))
"""


def begin_work() -> subprocess.Popen[bytes]:
    """A worker process on this test's database and files."""
    here = urlsplit(os.environ["DATABASE_URL"])
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hitouch.settings",
        "DATABASE_URL": here._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
        "HITOUCH_PRIVATE_FILES": str(settings.HITOUCH_PRIVATE_FILES),
    }
    command = [sys.executable, "-c", WORK, NOON.isoformat()]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, stdout=subprocess.PIPE)


def test_killed_reader_loses_nothing() -> None:
    """Twenty seconds after a reader was killed the next one reads the upload."""
    agent = factories.with_profile(make_agent("Nila"))
    upload = uploads.accept_upload(
        agent=agent, kind="AADHAAR_FRONT", upload=agents.picture("doc"), at=NOON, last_four="4321"
    )
    worker = begin_work()
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"reading\n"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
    upload.refresh_from_db()
    assert (upload.state, upload.tries) == (KycUpload.State.READING, 1)
    assert reading.read_next(clock=lambda: NOON + timedelta(seconds=19)) is None
    assert reading.read_next(clock=lambda: NOON + timedelta(seconds=20)) == upload
    upload.refresh_from_db()
    assert upload.state == KycUpload.State.READ
    assert KycDocument.objects.get().is_held
