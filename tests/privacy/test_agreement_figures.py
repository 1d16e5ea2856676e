"""The numbers in the contractor agreement are those in the code."""

import re
from datetime import timedelta

from gigs.models.slots import FREE_RELEASE
from gigs.models.work import AUTO_APPROVAL_AFTER
from onboarding.agreements import seeding

TEXT = (seeding.TEXTS / f"contractor-{seeding.VERSION}.md").read_text(encoding="utf-8")


def test_a_shift_is_given_back_as_signed() -> None:
    """Free of any consequence as long before as the agreement says."""
    (hours,) = re.findall(r"Up to (\d+) hours before its beginning", TEXT)
    assert timedelta(hours=int(hours)) == FREE_RELEASE


def test_silence_approves_as_signed() -> None:
    """After as many days as the agreement says, also after a change."""
    days = re.findall(r"silent for (\d+) days|the (\d+) days begin again", TEXT)
    assert {timedelta(days=int(one or other)) for one, other in days} == {AUTO_APPROVAL_AFTER}
    assert len(days) == 2
