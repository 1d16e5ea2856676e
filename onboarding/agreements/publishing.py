"""Writing a text, putting it in force from a moment on, and putting a draft away."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import Agent, User
from accounts.security import audit
from hitouch.core.errors import Refusal
from hitouch.core.jobs.dispatch import enqueue_on_commit
from onboarding import notifications as onboarding_notifications
from onboarding.agreements import text as agreements_text
from onboarding.models import AgreementTemplate, Signature, TextNews

#: Any constant; it names the advisory lock under which texts are written and published.
TEXTS_LOCK = 7_401_964
BATCH = 200


class BadVersion(Refusal):
    """A version is two numbers, and goes up."""

    code = "bad_version"
    status = 422
    field = "version"
    message = "Enter the version as two numbers, such as 2.1."


class UnknownMergeField(Refusal):
    """The text asks for something that nobody can fill in."""

    code = "unknown_fact"
    status = 422
    field = "text"


class NotADraft(Refusal):
    """It is in force, or put away."""

    code = "not_a_draft"
    message = "This version can no longer be changed. Create a new one."


class NewerVersionPublished(Refusal):
    """Another version came into force since this one was looked at."""

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
    """A new version that nobody sees yet."""
    _one_at_a_time()
    return _written(AgreementTemplate(kind=kind), version, title, text, by=by, at=at)


@transaction.atomic
def update_draft(
    *, template: AgreementTemplate, version: str, title: str, text: str, by: User, at: datetime
) -> AgreementTemplate:
    """Other words for a version that is not in force."""
    return _written(_held(template), version, title, text, by=by, at=at)


@transaction.atomic
def publish_draft(
    *, template: AgreementTemplate, starts_at: datetime, by: User, at: datetime
) -> AgreementTemplate:
    """Put a draft in force at a moment; everybody signs it from then on."""
    row = _held(template)
    _require_newer(row)
    row.starts_at = starts_at
    row.save()
    new: dict[str, object] = {"version": row.version, "starts_at": starts_at.isoformat()}
    audit.record_event(by=by, action="agreement.scheduled", on=row, at=at, new=new)
    return _put_in_force(row, by=by, at=at) if starts_at <= at else row


@transaction.atomic
def archive_draft(*, template: AgreementTemplate, by: User, at: datetime) -> AgreementTemplate:
    """Put a draft away; its version is used up."""
    row = _held(template)
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
    """Write a version and put it in force at once."""
    _one_at_a_time()
    row = _written(AgreementTemplate(kind=kind), version, title, text, by=by, at=at)
    return _put_in_force(row, by=by, at=at)


def activate_due(*, at: datetime) -> int:
    """Put in force what is published for a moment that has come. Returns how many.

    Of several versions of one text the newest counts; the others are put away.
    """
    started: set[str] = set()
    with transaction.atomic():
        _one_at_a_time()
        due = AgreementTemplate.objects.starting(at).select_for_update(skip_locked=True)
        for row in sorted(
            due, key=lambda row: agreements_text.version_key(row.version), reverse=True
        ):
            if row.kind in started or _is_overtaken(row):
                row.starts_at, row.archived_at = None, at
                row.save()
            elif not _since(row, at):  # else the next sweep starts it
                _put_in_force(row, by=None, at=at)
                started.add(row.kind)
    return len(started)


def _one_at_a_time() -> None:
    """Of two who publish at once the second is looked at when the first is done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TEXTS_LOCK])


def _held(template: AgreementTemplate) -> AgreementTemplate:
    _one_at_a_time()
    row = AgreementTemplate.objects.select_for_update().get(pk=template.pk)
    if not row.is_draft:
        raise NotADraft
    return row


def _written(
    row: AgreementTemplate, version: str, title: str, text: str, *, by: User | None, at: datetime
) -> AgreementTemplate:
    row.version, row.title = version.strip(), title.strip()
    row.text = text.replace("\r\n", "\n").strip() + "\n"
    row.sha256 = agreements_text.sha256_of(row.text)
    _require_newer(row)
    if unknown := agreements_text.unknown_facts(row.text):
        known = ", ".join(f"{{{name}}}" for name in agreements_text.FACTS)
        raise UnknownMergeField(f"Unknown placeholder {{{unknown[0]}}}. You can use {known}.")
    row.save()
    new: dict[str, object] = {"version": row.version, "sha256": row.sha256}
    audit.record_event(by=by, action="agreement.written", on=row, at=at, new=new)
    return row


def _require_newer(row: AgreementTemplate) -> None:
    if not agreements_text.VERSION.fullmatch(row.version):
        raise BadVersion
    others = AgreementTemplate.objects.filter(kind=row.kind).exclude(pk=row.pk)
    if others.filter(version=row.version).exists():
        raise BadVersion(f"Version {row.version} already exists. Choose the next number.")
    if newest := _is_overtaken(row):
        raise BadVersion(f"Version {newest} is in force. Choose a higher number.")


def _is_overtaken(row: AgreementTemplate) -> str:
    """The newest published version, when it is newer than this one; else nothing."""
    published = AgreementTemplate.objects.filter(kind=row.kind, in_force_at__isnull=False)
    versions = published.values_list("version", flat=True)
    newest = max(versions, key=agreements_text.version_key, default="")
    return (
        newest
        if newest and agreements_text.version_key(row.version) < agreements_text.version_key(newest)
        else ""
    )


def _since(row: AgreementTemplate, at: datetime) -> str:
    """The version of this text that came into force at this moment or later; else nothing."""
    since = AgreementTemplate.objects.filter(kind=row.kind, in_force_at__gte=at)
    return since.order_by("-in_force_at").values_list("version", flat=True).first() or ""


def _put_in_force(row: AgreementTemplate, *, by: User | None, at: datetime) -> AgreementTemplate:
    if version := _since(row, at):
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


def notify_signers(*, news_id: str, at: datetime) -> int:
    """Queue the mails, in batches. Returns how many; a crash goes on where it stopped."""
    told = 0
    while (count := _tell_batch(news_id, at)) is not None:
        told += count
    return told


def pending_notifications() -> list[str]:
    """News that not everybody has heard."""
    ids = TextNews.objects.filter(done_at=None).order_by("created_at").values_list("pk", flat=True)
    return [str(pk) for pk in ids]


@transaction.atomic
def _tell_batch(news_id: str, at: datetime) -> int | None:
    """The next few, and where to go on, in one transaction; None when all were told."""
    held = TextNews.objects.select_for_update(of=("self",)).select_related("template")
    news = held.filter(pk=news_id, done_at=None).first()
    if news is None:
        return None
    agents = list(_concerned(news)[:BATCH])
    for agent in agents:
        onboarding_notifications.notify(agent, template="new_version", at=at, text=news.template)
    news.told += len(agents)
    if agents:
        news.told_up_to = agents[-1].pk
    if len(agents) < BATCH:
        news.done_at = at
    news.save()
    return len(agents)


def _concerned(news: TextNews) -> QuerySet[Agent]:
    signed = Signature.objects.filter(agent=OuterRef("pk"), kind=news.template.kind)
    agents = Agent.objects.filter(Exists(signed), user__status=User.Status.ACTIVE)
    agents = agents.exclude(Exists(signed.filter(template=news.template)))
    if news.told_up_to:
        agents = agents.filter(pk__gt=news.told_up_to)
    return agents.select_related("user").order_by("pk")
