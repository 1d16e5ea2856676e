"""A worker that is killed while it fetches documents loses nothing."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from conftest import make_agent
from onboarding.kyc.digilocker import fetching
from onboarding.models import KycDocument, KycSession
from onboarding.tests import factories
from onboarding.tests.support import digilocker
from onboarding.tests.support.digilocker import SOON, returned
from tests.support.waiting import DEADLINE_SECONDS

locker = digilocker.locker
pytestmark = [pytest.mark.running, pytest.mark.django_db(transaction=True)]
WORK = """
import sys, django; django.setup()
from datetime import datetime
from onboarding.kyc.digilocker import fetching
fetching.advance_session(session_id=sys.argv[1], at=datetime.fromisoformat(sys.argv[2]))
"""
NAMES = ("URL", "CLIENT_ID", "CLIENT_SECRET", "SIGNERS")


def begin_work(session: KycSession) -> subprocess.Popen[bytes]:
    """A worker process on this test's database and DigiLocker."""
    here = urlsplit(os.environ["DATABASE_URL"])
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hitouch.settings",
        "DATABASE_URL": here._replace(path=f"/{connection.settings_dict['NAME']}").geturl(),
        **{f"DIGILOCKER_{name}": getattr(settings, f"DIGILOCKER_{name}") for name in NAMES},
    }
    command = [sys.executable, "-c", WORK, str(session.pk), SOON.isoformat()]
    return subprocess.Popen(command, cwd=settings.BASE_DIR, env=env)


def test_killed_worker_loses_nothing(locker: Any) -> None:
    """The token is stored, and after the lease the next worker completes the session."""
    agent = make_agent("Nila")
    factories.with_profile(agent)
    agent.refresh_from_db()
    session = returned(agent)
    asked, killed, whole = threading.Event(), threading.Event(), locker.aadhaar

    def stuck(request: Any) -> Any:
        asked.set()
        killed.wait(DEADLINE_SECONDS)
        return whole(request)

    locker.aadhaar = stuck
    worker = begin_work(session)
    try:
        assert asked.wait(DEADLINE_SECONDS)
    finally:
        worker.send_signal(signal.SIGKILL)
        assert worker.wait(DEADLINE_SECONDS) == -signal.SIGKILL
        killed.set()
        del locker.aadhaar
    row = KycSession.objects.get(pk=session.pk)
    assert (row.state, row.code, bool(row.token)) == (KycSession.State.RETURNED, "", True)
    assert fetching.sweep_digilocker(at=SOON + timedelta(seconds=59)) == 0
    assert fetching.sweep_digilocker(at=SOON + timedelta(seconds=60)) == 1
    row.refresh_from_db()
    assert (row.state, KycDocument.objects.count()) == (KycSession.State.COMPLETED, 2)
