"""Draft, publish and archive agreement texts, and notify who signed an older version."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Agent, User
from accounts.security import audit
from hitouch.core import sweeps
from hitouch.core.errors import Refusal
from hitouch.core.jobs.dispatch import enqueue_on_commit
from onboarding import notifications as onboarding_notifications
from onboarding.agreements import text as agreements_text
from onboarding.models import AgreementTemplate, Signature, TextNews

#: Key of the PostgreSQL advisory lock that serialises all writing and publishing of texts.
TEXTS_LOCK = 7_401_964
#: Agents notified in one transaction.
BATCH = 200


class InvalidVersion(Refusal):
    """The version is not two numbers, or not higher than the one in force."""

    code = "bad_version"
    status = 422
    field = "version"
    message = "Enter the version as two numbers, such as 2.1."


class UnknownMergeField(Refusal):
    """The text has a placeholder that is no merge field."""

    code = "unknown_fact"
    status = 422
    field = "text"


class NotDraft(Refusal):
    """The version is in force or archived."""

    code = "not_a_draft"
    message = "This version can no longer be changed. Create a new one."


class NewerVersionPublished(Refusal):
    """Another version came into force since this one was reviewed."""

    code = "just_published"

    def __init__(self, version: str) -> None:
        super().__init__(
            f"Version {version} has just come into force. "
            "Check your changes against it, then publish yours."
        )


@transaction.atomic
def create_draft(
    *, kind: str, version: str, title: str, text: str, by: User, at: datetime
) -> AgreementTemplate:
    """Create a draft of a new version."""
    _lock_texts()
    return _save_draft(AgreementTemplate(kind=kind), version, title, text, by=by, at=at)


@transaction.atomic
def update_draft(
    *, template: AgreementTemplate, version: str, title: str, text: str, by: User, at: datetime
) -> AgreementTemplate:
    """Change a draft."""
    return _save_draft(_lock_draft(template), version, title, text, by=by, at=at)


@transaction.atomic
def publish_draft(
    *, template: AgreementTemplate, starts_at: datetime, by: User, at: datetime
) -> AgreementTemplate:
    """Publish a draft as of `starts_at`; every agent has to sign it from then on."""
    row = _lock_draft(template)
    _require_newer(row)
    row.starts_at = starts_at
    row.save()
    new: dict[str, object] = {"version": row.version, "starts_at": starts_at.isoformat()}
    audit.record_event(by=by, action="agreement.scheduled", on=row, at=at, new=new)
    return _put_in_force(row, by=by, at=at) if starts_at <= at else row


@transaction.atomic
def archive_draft(*, template: AgreementTemplate, by: User, at: datetime) -> AgreementTemplate:
    """Archive a draft. Its version number cannot be used again."""
    row = _lock_draft(template)
    row.starts_at, row.archived_at = None, at
    row.save()
    audit.record_event(
        by=by, action="agreement.archived", on=row, at=at, new={"version": row.version}
    )
    return row


@transaction.atomic
def publish_template(
    *, kind: str, version: str, title: str, text: str, by: User | None, at: datetime
) -> AgreementTemplate:
    """Create a version and put it in force immediately."""
    _lock_texts()
    row = _save_draft(AgreementTemplate(kind=kind), version, title, text, by=by, at=at)
    return _put_in_force(row, by=by, at=at)


def activate_due(*, at: datetime) -> int:
    """Put scheduled versions in force whose time has come. Returns how many.

    If several versions of one kind are due, the highest wins; the others are archived.
    """
    return sweeps.run(DUE_TEXTS, now=at).done


def _start(template: AgreementTemplate, at: datetime) -> bool:
    """Put one scheduled version in force, or archive it if a higher one is or should be."""
    _lock_texts()
    due = AgreementTemplate.objects.starting(at).select_for_update(skip_locked=True)
    row = due.filter(pk=template.pk).first()
    if row is None:
        return False
    if _newer_version_in_force(row) or _newer_version_due(row, at):
        row.starts_at, row.archived_at = None, at
        row.save()
        return False
    if _version_in_force_since(row, at):  # the next sweep starts it
        return False
    _put_in_force(row, by=None, at=at)
    return True


DUE_TEXTS = sweeps.Sweep(
    name="onboarding.due_texts",
    due=AgreementTemplate.objects.starting,
    act=_start,
    order=("starts_at", "pk"),
)


def notify_signers(*, news_id: str, at: datetime) -> int:
    """Notify, in batches, all who signed an older version. Returns how many. Resumable.

    An agent who cannot be notified is tried again later, and the others are notified.
    """
    notified = 0
    while (count := _notify_batch(news_id, at)) is not None:
        notified += count
    return notified


def sweep_notifications(*, at: datetime) -> int:
    """Resume announcements that have not reached everybody. Returns how many."""
    return sweeps.run(PENDING_NEWS, now=at).done


PENDING_NEWS = sweeps.Sweep(
    name="onboarding.pending_news",
    due=lambda now: TextNews.objects.filter(done_at=None),
    act=lambda news, now: notify_signers(news_id=str(news.pk), at=now),
    order=("created_at", "pk"),
    atomic=False,
)


def pending_notifications() -> list[str]:
    """IDs of announcements (`TextNews`) that have not reached everybody, oldest first."""
    ids = TextNews.objects.filter(done_at=None).order_by("created_at").values_list("pk", flat=True)
    return [str(pk) for pk in ids]


def _lock_texts() -> None:
    """Serialise writers, so that version checks see what a concurrent writer published."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TEXTS_LOCK])


def _lock_draft(template: AgreementTemplate) -> AgreementTemplate:
    _lock_texts()
    row = AgreementTemplate.objects.select_for_update().get(pk=template.pk)
    if not row.is_draft:
        raise NotDraft
    return row


def _save_draft(
    row: AgreementTemplate, version: str, title: str, text: str, *, by: User | None, at: datetime
) -> AgreementTemplate:
    row.version, row.title = version.strip(), title.strip()
    row.text = text.replace("\r\n", "\n").strip() + "\n"
    row.sha256 = agreements_text.sha256_of(row.text)
    _require_newer(row)
    if unknown := agreements_text.unknown_merge_fields(row.text):
        allowed = ", ".join(f"{{{name}}}" for name in agreements_text.MERGE_FIELDS)
        raise UnknownMergeField(f"Unknown placeholder {{{unknown[0]}}}. You can use {allowed}.")
    row.save()
    new: dict[str, object] = {"version": row.version, "sha256": row.sha256}
    audit.record_event(by=by, action="agreement.written", on=row, at=at, new=new)
    return row


def _require_newer(row: AgreementTemplate) -> None:
    if not agreements_text.VERSION.fullmatch(row.version):
        raise InvalidVersion
    others = AgreementTemplate.objects.filter(kind=row.kind).exclude(pk=row.pk)
    if others.filter(version=row.version).exists():
        raise InvalidVersion(f"Version {row.version} already exists. Choose the next number.")
    if newest := _newer_version_in_force(row):
        raise InvalidVersion(f"Version {newest} is in force. Choose a higher number.")


def _newer_version_in_force(row: AgreementTemplate) -> str:
    """The highest published version of this kind if it is higher than this one, else ""."""
    published = AgreementTemplate.objects.filter(kind=row.kind, in_force_at__isnull=False)
    versions = published.values_list("version", flat=True)
    newest = max(versions, key=agreements_text.version_key, default="")
    return (
        newest
        if newest and agreements_text.version_key(row.version) < agreements_text.version_key(newest)
        else ""
    )


def _newer_version_due(row: AgreementTemplate, at: datetime) -> bool:
    """Whether a higher version of this kind is due as well."""
    others = AgreementTemplate.objects.starting(at).filter(kind=row.kind).exclude(pk=row.pk)
    own = agreements_text.version_key(row.version)
    versions = others.values_list("version", flat=True)
    return any(agreements_text.version_key(version) > own for version in versions)


def _version_in_force_since(row: AgreementTemplate, at: datetime) -> str:
    """The version of this kind that came into force at or after `at`, else ""."""
    since = AgreementTemplate.objects.filter(kind=row.kind, in_force_at__gte=at)
    return since.order_by("-in_force_at").values_list("version", flat=True).first() or ""


def _put_in_force(row: AgreementTemplate, *, by: User | None, at: datetime) -> AgreementTemplate:
    if version := _version_in_force_since(row, at):
        raise NewerVersionPublished(version)
    row.in_force_at = at
    row.starts_at = row.starts_at or at
    row.save()
    new: dict[str, object] = {"kind": row.kind, "version": row.version, "sha256": row.sha256}
    audit.record_event(by=by, action="agreement.published", on=row, at=at, new=new)
    if Signature.objects.filter(kind=row.kind).exists():
        news = TextNews.objects.create(template=row)
        enqueue_on_commit("onboarding.tasks.tell_news", news_id=str(news.pk))
    return row


@transaction.atomic
def _notify_batch(news_id: str, at: datetime) -> int | None:
    """Notify the next batch and store the position in one transaction; None when none is left."""
    locked = TextNews.objects.select_for_update(of=("self",)).select_related("template")
    news = locked.filter(pk=news_id, done_at=None).first()
    if news is None:
        return None
    name, everybody = f"onboarding.news {news.pk}", _agents_to_notify(news)
    retries = sweeps.retry_keys(name, everybody, now=at, limit=BATCH)
    others = everybody.filter(pk__gt=news.told_up_to) if news.told_up_to else everybody
    new = list(others.order_by("pk").values_list("pk", flat=True)[:BATCH])
    outcome = sweeps.SweepOutcome()
    notify_one = partial(_notify_one, news, at)
    reached = sweeps.attempt_each(name, [*retries, *new], notify_one, outcome, now=at)
    sweeps.forget(name, reached)
    news.told += outcome.done
    if new:
        news.told_up_to = new[-1]
    is_last = len(new) < BATCH
    if is_last and not sweeps.has_postponed(name):
        news.done_at = at
    news.save()
    return None if is_last and not reached else outcome.done


def _notify_one(news: TextNews, at: datetime, pk: UUID) -> None:
    agent = Agent.objects.select_related("user").get(pk=pk)
    onboarding_notifications.notify(agent, template="new_version", at=at, text=news.template)


def _agents_to_notify(news: TextNews) -> QuerySet[Agent]:
    signed = Signature.objects.filter(agent=OuterRef("pk"), kind=news.template.kind)
    agents = Agent.objects.filter(Exists(signed), user__status=User.Status.ACTIVE)
    return agents.exclude(Exists(signed.filter(template=news.template)))
