"""Drafting, publishing and archiving texts, and notifying who signed an older version."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from accounts.models import Agent, AuditEvent, User
from conftest import NOON, make_agent, make_staff
from hitouch.core.models import OutboxMessage
from onboarding import notifications as onboarding_notifications
from onboarding.agreements import publishing, seeding
from onboarding.dashboard import steps
from onboarding.models import AgreementTemplate, Signature, TextNews
from onboarding.steps import gates
from onboarding.steps import queries as steps_queries
from onboarding.tests.factories import signed_agent

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SOON = NOON + timedelta(minutes=1)


@pytest.fixture
def nila(db: None) -> Agent:
    """Nila, who has signed everything."""
    return signed_agent()


@pytest.fixture
def omar(db: None) -> User:
    return make_staff("Omar", "operations")


def draft(by: User, **changes: Any) -> AgreementTemplate:
    facts = {"kind": "NDA", "version": "9.0", "title": "Confidentiality agreement"}
    text = "NDA\n\nWith {name}."
    return publishing.create_draft(**{**facts, "text": text, "by": by, "at": NOON} | changes)


def mails() -> Any:
    return OutboxMessage.objects.filter(template="onboarding/new_version")


def test_scheduled_version_is_in_force_at_its_time(nila: Agent, omar: User) -> None:
    """Until its start a version blocks nobody; then every agent has to sign it."""
    row = draft(omar)
    assert gates.unsigned_agreements(nila) == []
    publishing.publish_draft(template=row, starts_at=NOON + DAY, by=omar, at=NOON)
    assert publishing.activate_due(at=NOON + DAY - timedelta(seconds=1)) == 0
    assert steps_queries.clearance_of(nila)
    assert publishing.activate_due(at=NOON + DAY) == 1
    assert publishing.activate_due(at=NOON + DAY) == 0
    assert [text.version for text in gates.unsigned_agreements(nila)] == ["9.0"]
    assert steps_queries.clearance_of(nila) is None
    events = AuditEvent.objects.filter(on_id=str(row.pk)).order_by("pk")
    assert list(events.values_list("action", flat=True)) == [
        "agreement.written",
        "agreement.scheduled",
        "agreement.published",
    ]


def test_two_versions_scheduled_for_the_same_time(nila: Agent, omar: User) -> None:
    """The higher version comes into force, whichever was published first; the other is archived."""
    for version in ("9.10", "9.9"):
        row = draft(omar, version=version)
        publishing.publish_draft(template=row, starts_at=NOON + DAY, by=omar, at=NOON)
    assert publishing.activate_due(at=NOON + DAY) == 1
    archived_at = dict(
        AgreementTemplate.objects.filter(version__startswith="9").values_list(
            "version", "archived_at"
        )
    )
    assert archived_at == {"9.10": None, "9.9": NOON + DAY}


def test_version_numbers_must_increase(nila: Agent, omar: User) -> None:
    """Two numbers, unique, and higher than the version in force at the time of publishing."""
    for version in ("2", "2.x", "1.9", "2.0"):
        with pytest.raises(publishing.InvalidVersion):
            draft(omar, version=version)
    late = draft(omar, version="3.0")
    with pytest.raises(publishing.InvalidVersion):
        draft(omar, version="3.0")
    publishing.publish_draft(template=draft(omar, version="3.10"), starts_at=SOON, by=omar, at=SOON)
    with pytest.raises(publishing.InvalidVersion):
        publishing.publish_draft(template=late, starts_at=SOON, by=omar, at=SOON)


def test_unknown_merge_fields_are_refused(omar: User, nila: Agent) -> None:
    """A draft with an unknown placeholder is refused."""
    with pytest.raises(publishing.UnknownMergeField, match="salary"):
        draft(omar, text="NDA\n\nFor {salary}.")


def test_published_and_archived_versions_are_final(nila: Agent, omar: User) -> None:
    """Service and database refuse to change, publish or archive them again."""
    row = draft(omar)
    changed = publishing.update_draft(
        template=row, version="9.1", title="T", text="NDA\n\nNew.", by=omar, at=NOON
    )
    assert (changed.pk, changed.version) == (row.pk, "9.1")
    publishing.publish_draft(template=row, starts_at=SOON, by=omar, at=SOON)
    archived = publishing.archive_draft(template=draft(omar, version="9.2"), by=omar, at=NOON)
    for final in (row, archived):
        with pytest.raises(publishing.NotDraft):
            publishing.archive_draft(template=final, by=omar, at=NOON)
        with pytest.raises(publishing.NotDraft):
            publishing.publish_draft(template=final, starts_at=SOON, by=omar, at=SOON)
    for change in ({"text": "x"}, {"in_force_at": None}, {"version": "7.7"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            AgreementTemplate.objects.filter(pk=row.pk).update(**change)


def test_signers_of_an_older_version_are_notified_once(nila: Agent, omar: User) -> None:
    """One mail each, also when the task runs twice; agents who never signed get none."""
    make_agent("Newcomer")
    gone = make_agent("Gone")
    other = Signature.objects.filter(agent=nila, kind="NDA").values().get()
    Signature.objects.create(**{**other, "id": None, "agent_id": gone.pk} | {"id": gone.pk})
    User.objects.filter(pk=gone.user_id).update(status=User.Status.SUSPENDED)
    publishing.publish_draft(template=draft(omar), starts_at=SOON, by=omar, at=SOON)
    (news_id,) = publishing.pending_notifications()
    assert publishing.notify_signers(news_id=news_id, at=NOON) == 1
    assert publishing.notify_signers(news_id=news_id, at=NOON) == 0
    assert publishing.pending_notifications() == []
    mail = mails().get()
    assert "Version 9.0" in mail.body
    assert nila.user.email == mail.to
    step = steps.next_step(nila, NOON)
    assert (step.key, "version 9.0" in step.hint) == ("agreements", True)


def test_notifying_resumes_after_a_crash(nila: Agent, omar: User, monkeypatch: Any) -> None:
    """A batch is notified completely or not at all, and nobody twice."""
    signature = Signature.objects.filter(agent=nila, kind="NDA").values().get()
    for number in range(5):
        agent = make_agent(f"Agent{number}")
        Signature.objects.create(**{**signature, "id": agent.pk, "agent_id": agent.pk})
    monkeypatch.setattr(publishing, "BATCH", 2)
    publishing.publish_draft(template=draft(omar), starts_at=SOON, by=omar, at=SOON)
    (news_id,) = publishing.pending_notifications()
    real, calls = onboarding_notifications.notify, []

    def notify(*args: Any, **facts: Any) -> None:
        calls.append(args)
        if len(calls) == 4:
            raise SystemExit("killed")
        real(*args, **facts)

    monkeypatch.setattr(onboarding_notifications, "notify", notify)
    with pytest.raises(SystemExit, match="killed"), transaction.atomic():  # noqa: PT012
        publishing._notify_batch(news_id, NOON)
        with transaction.atomic():
            publishing._notify_batch(news_id, NOON)
    assert TextNews.objects.get().told == 0
    assert not mails().exists()
    assert publishing.notify_signers(news_id=news_id, at=NOON) == 6
    assert len({mail.to for mail in mails()}) == mails().count() == 6


def test_first_texts_notify_nobody(db: None) -> None:
    """Publishing a text that nobody has signed before creates no announcement."""
    AgreementTemplate.objects.filter(kind="NDA", in_force_at=None).delete()
    seeding.seed(NOON)
    assert not TextNews.objects.filter(template__version=seeding.VERSION).exists()
