"""Concurrent drafting and publishing of texts of one kind."""

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
    content = {"title": "Confidentiality agreement", "text": f"NDA {version}\n\nWith {{name}}."}
    return {"kind": "NDA", "version": version, **content, "by": by, "at": NOON}


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Run each in a thread of its own; returns the codes of the refusals."""
    barrier = Barrier(len(acts), timeout=DEADLINE_SECONDS)

    def run(act: Callable[[], object]) -> str:
        barrier.wait()
        try:
            act()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return [code for code in pool.map(run, acts) if code]


def in_force() -> list[str]:
    rows = AgreementTemplate.objects.filter(kind="NDA", in_force_at__isnull=False)
    return list(rows.values_list("version", flat=True))


def test_two_drafts_published_concurrently(omar: User) -> None:
    """One comes into force; the other is refused and stays a draft."""
    rows = [publishing.create_draft(**facts(omar, version)) for version in ("9.0", "9.1")]
    when = {"starts_at": NOON, "by": omar, "at": NOON}
    acts = [lambda row=row: publishing.publish_draft(template=row, **when) for row in rows]
    (refused,) = at_once(*acts)
    assert refused in {"just_published", "bad_version"}
    (version,) = in_force()
    (other,) = [row for row in rows if row.version != version]
    other.refresh_from_db()
    assert (other.is_draft, other.starts_at) == (True, None)
    events = AuditEvent.objects.filter(action__in=("agreement.scheduled", "agreement.published"))
    assert {event.new["version"] for event in events} == {version}


def test_eight_versions_published_concurrently(omar: User) -> None:
    """One version is created and in force; nothing is left of the others."""
    acts = [
        lambda number=number: publishing.publish_template(**facts(omar, f"9.{number}"))
        for number in range(8)
    ]
    assert len(at_once(*acts)) == 7
    assert [row.version for row in AgreementTemplate.objects.filter(kind="NDA")] == in_force()
    assert len(in_force()) == 1


def test_two_drafts_of_one_version(omar: User) -> None:
    """Concurrent drafts of one version: one is created, the others are refused."""
    acts = [lambda: publishing.create_draft(**facts(omar, "9.0"))] * 4
    assert at_once(*acts) == ["bad_version"] * 3
    assert AgreementTemplate.objects.get().version == "9.0"


def test_the_sweep_and_publishing_concurrently(omar: User) -> None:
    """A scheduled version comes due while a higher one is published: the higher is in force."""
    later = NOON + timedelta(hours=1)
    due, new = (publishing.create_draft(**facts(omar, version)) for version in ("9.0", "9.1"))
    publishing.publish_draft(template=due, starts_at=later, by=omar, at=NOON)
    when = {"starts_at": later, "by": omar, "at": later}
    at_once(
        lambda: publishing.activate_due(at=later),
        lambda: publishing.publish_draft(template=new, **when),
    )
    if in_force() == ["9.0"]:  # publishing was refused; try again
        publishing.publish_draft(template=new, **when | {"at": later + timedelta(seconds=1)})
    publishing.activate_due(at=later + timedelta(minutes=1))
    assert AgreementTemplate.objects.in_force().get().version == "9.1"


def test_publishing_against_an_unseen_version_is_refused(omar: User) -> None:
    """Publishing is refused if another version came into force since the request began."""
    rows = [publishing.create_draft(**facts(omar, version)) for version in ("9.0", "9.1")]
    late = NOON + timedelta(seconds=1)
    publishing.publish_draft(template=rows[0], starts_at=late, by=omar, at=late)
    with pytest.raises(publishing.NewerVersionPublished, match=r"9\.0"):
        publishing.publish_draft(template=rows[1], starts_at=NOON, by=omar, at=NOON)
    assert in_force() == ["9.0"]


def test_the_admin_shows_the_refusal(omar: User) -> None:
    """The admin shows the refusal as a message."""
    rows = [publishing.create_draft(**facts(omar, version)) for version in ("9.0", "9.1")]
    later = NOON + timedelta(minutes=1)
    publishing.publish_draft(template=rows[0], starts_at=later, by=omar, at=later)
    url = reverse("admin:onboarding_agreementtemplate_publish", args=[rows[1].pk])
    page = sign_in(Client(), omar).post(url, follow=True).content.decode()
    assert "Version 9.0 has just come into force" in page
    assert in_force() == ["9.0"]
