"""Fixtures of proctoring: the seeded assessment, a graded sitting, staff, private files."""

from datetime import datetime

import pytest
from django.utils import timezone

from accounts.models import Agent, User
from conftest import NOON, make_staff
from proctoring.item_bank.seeding import seed
from proctoring.models import Assessment, Sitting
from proctoring.tests.support.cast import make_graded_sitting


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    """Give each test its own directory of private files."""
    settings.HITOUCH_PRIVATE_FILES = tmp_path


@pytest.fixture
def assessment(db: None) -> Assessment:
    """The language assessment of the seeded question bank."""
    return seed(NOON)


@pytest.fixture
def passed(asha: Agent, assessment: Assessment) -> Sitting:
    """A graded sitting of Asha with all answers correct."""
    return make_graded_sitting(asha)


@pytest.fixture
def proctor(db: None) -> User:
    """Staff in the proctor role."""
    return make_staff("Farah", "proctor")


@pytest.fixture
def reviewer(db: None) -> User:
    """Staff in another role, without access to sittings."""
    return make_staff("Dev", "reviewer")


@pytest.fixture
def live_clock() -> datetime:
    """The current time, for tests of views, which use the real clock."""
    return timezone.now()
