"""Two colleagues publish, or write, a text of one kind at the same instant."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from conftest import NOON, make_staff, sign_in
from hitouch.core.errors import Refusal
from onboarding.agreements import publishing
from onboarding.models import AgreementTemplate
from tests.support.waiting import DEADLINE_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def omar(db: None) -> User:
    return make_staff("Omar", "operations")


def facts(by: User, version: str) -> dict[str, Any]:
    words = {"title": "Confidentiality agreement", "text": f"NDA {version}\n\nWith {{name}}."}
    return {"kind": "NDA", "version": version, **words, "by": by, "at": NOON}


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Each in a thread of its own; answers with the refusals' codes."""
    together = Barrier(len(acts), timeout=DEADLINE_SECONDS)

    def tried(act: Callable[[], object]) -> str:
        together.wait()
        try:
            act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return [code for code in pool.map(tried, acts) if code]


def in_force() -> list[str]:
    rows = AgreementTemplate.objects.filter(kind="NDA", in_force_at__isnull=False)
    return list(rows.values_list("version", flat=True))


def test_two_drafts_at_the_same_instant(omar: User) -> None:
    """One is in force; who published the other is told which, and their draft is a draft still."""
    rows = [publishing.create_draft(**facts(omar, version)) for version in ("9.0", "9.1")]
    when = {"starts_at": NOON, "by": omar, "at": NOON}
    acts = [lambda row=row: publishing.publish_draft(template=row, **when) for row in rows]
    (refused,) = at_once(*acts)
    assert refused in {"just_published", "bad_version"}
    (version,) = in_force()
    (other,) = [row for row in rows if row.version != version]
    other.refresh_from_db()
    assert (other.is_draft, other.starts_at) == (True, None)
    noted = AuditEvent.objects.filter(action__in=("agreement.scheduled", "agreement.published"))
    assert {event.new["version"] for event in noted} == {version}


def test_eight_texts_at_the_same_instant(omar: User) -> None:
    """Written and put in force in one go: one is there, and nothing of the others."""
    acts = [
        lambda number=number: publishing.publish_template(**facts(omar, f"9.{number}"))
        for number in range(8)
    ]
    assert len(at_once(*acts)) == 7
    assert [row.version for row in AgreementTemplate.objects.filter(kind="NDA")] == in_force()
    assert len(in_force()) == 1


def test_two_drafts_of_one_version(omar: User) -> None:
    """Written twice at once there is one, and the second is told to take the next number."""
    acts = [lambda: publishing.create_draft(**facts(omar, "9.0"))] * 4
    assert at_once(*acts) == ["bad_version"] * 3
    assert AgreementTemplate.objects.get().version == "9.0"


def test_the_sweep_and_a_colleague(omar: User) -> None:
    """A text whose moment comes and one that is published right then: the newer is in force."""
    later = NOON + timedelta(hours=1)
    due, new = (publishing.create_draft(**facts(omar, version)) for version in ("9.0", "9.1"))
    publishing.publish_draft(template=due, starts_at=later, by=omar, at=NOON)
    when = {"starts_at": later, "by": omar, "at": later}
    at_once(
        lambda: publishing.activate_due(at=later),
        lambda: publishing.publish_draft(template=new, **when),
    )
    if in_force() == ["9.0"]:  # the colleague was told, and goes on
        publishing.publish_draft(template=new, **when | {"at": later + timedelta(seconds=1)})
    publishing.activate_due(at=later + timedelta(minutes=1))
    assert AgreementTemplate.objects.in_force().get().version == "9.1"


def test_who_waited_does_not_overtake(omar: User) -> None:
    """An act that began before another ended is not in force before it: its words were not seen."""
    rows = [publishing.create_draft(**facts(omar, version)) for version in ("9.0", "9.1")]
    late = NOON + timedelta(seconds=1)
    publishing.publish_draft(template=rows[0], starts_at=late, by=omar, at=late)
    with pytest.raises(publishing.NewerVersionPublished, match=r"9\.0"):
        publishing.publish_draft(template=rows[1], starts_at=NOON, by=omar, at=NOON)
    assert in_force() == ["9.0"]


def test_the_page_says_it(omar: User) -> None:
    """On the screen it is a message beside the draft, and the draft can be published next."""
    rows = [publishing.create_draft(**facts(omar, version)) for version in ("9.0", "9.1")]
    ahead = NOON + timedelta(minutes=1)
    publishing.publish_draft(template=rows[0], starts_at=ahead, by=omar, at=ahead)
    door = reverse("admin:onboarding_agreementtemplate_publish", args=[rows[1].pk])
    page = sign_in(Client(), omar).post(door, follow=True).content.decode()
    assert "Version 9.0 has just come into force" in page
    assert in_force() == ["9.0"]
