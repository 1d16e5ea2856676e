"""What every test of proctoring stands on."""

from datetime import datetime

import pytest
from django.utils import timezone

from accounts.models import Agent, User
from conftest import NOON, make_staff
from proctoring.models import Assessment, Sitting
from proctoring.seeding import seed
from proctoring.tests.support.cast import graded


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    """Each test keeps its private files to itself."""
    settings.HITOUCH_PRIVATE_FILES = tmp_path


@pytest.fixture
def assessment(db: None) -> Assessment:
    """The language test, from the real bank."""
    return seed(NOON)


@pytest.fixture
def passed(asha: Agent, assessment: Assessment) -> Sitting:
    """What Asha sat at noon, all right and graded."""
    return graded(asha)


@pytest.fixture
def proctor(db: None) -> User:
    """Staff in the proctor role."""
    return make_staff("Farah", "proctor")


@pytest.fixture
def reviewer(db: None) -> User:
    """Staff in another role: a stranger to sittings."""
    return make_staff("Dev", "reviewer")


@pytest.fixture
def live_clock() -> datetime:
    """The real time, for tests that go through a door: doors ask the real clock."""
    return timezone.now()
