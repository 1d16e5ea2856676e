"""Sign agreements: open and read each text, send a signing code, sign with it."""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from accounts.models import Agent, OneTimeCode, User
from accounts.models.one_time_codes import target_of
from accounts.one_time_codes import services as one_time_codes
from accounts.one_time_codes.requesters import Requester
from accounts.security import audit, locks
from hitouch.core.errors import Refusal
from hitouch.core.india_time import INDIA
from hitouch.core.jobs.dispatch import enqueue_on_commit
from hitouch.core.masking import mask_contact
from hitouch.core.printing.printed_text import InvalidName, clean_name
from hitouch.core.web.humanize import date_text
from onboarding.agreements import text as agreements_text
from onboarding.models import AgreementReading, AgreementTemplate, Signature, SignedPaper
from onboarding.names import matching
from onboarding.steps import gates
from onboarding.steps.services import settle_clearance

SIGN = OneTimeCode.Purpose.SIGN


class ReadTooFast(Refusal):
    """Less than the minimum reading time has passed."""

    code = "read_too_fast"

    def __init__(self, wait: timedelta) -> None:
        self.retry_after = max(1, math.ceil(wait.total_seconds()))
        super().__init__(
            f"Please take time to read the agreement. You can continue in {self.retry_after} "
            "seconds."
        )


class AgreementNotOpened(Refusal):
    """The text was not shown to this agent yet, or has changed since."""

    code = "not_opened"
    message = "Open this agreement first. It changes if your name or address has changed."


class NotRead(Refusal):
    """A text was not marked as read."""

    code = "not_read"
    field = "accept"

    def __init__(self, titles: list[str]) -> None:
        super().__init__(f"Read this first:  {', '.join(titles).lower()}.")


@transaction.atomic
def open_agreement(*, agent: Agent, template: AgreementTemplate, at: datetime) -> AgreementReading:
    """Open a text for this agent; an open reading stays while its merge fields are unchanged."""
    gates.require(agent, step="agreements")
    locked = locks.lock_agent_row(agent)
    existing = AgreementReading.objects.filter(agent=locked, template=template).first()
    if existing is not None:
        if existing.text == _text_for(locked, template, existing.opened_at):
            return existing
        existing.delete()
    text = _text_for(locked, template, at)
    return AgreementReading.objects.create(
        agent=locked,
        template=template,
        text=text,
        text_sha256=agreements_text.sha256_of(text),
        opened_at=at,
    )


def open_agreements(*, agent: Agent, at: datetime) -> list[AgreementReading]:
    """Open every text that is left to sign."""
    return [
        open_agreement(agent=agent, template=row, at=at) for row in gates.unsigned_agreements(agent)
    ]


def mark_read(
    *, agent: Agent, template: AgreementTemplate, at: datetime, seen: int | None = None
) -> AgreementReading:
    """Mark a text as read. `seen` is the number of blocks scrolled into view. Idempotent."""
    gates.require(agent, step="agreements")
    reading = AgreementReading.objects.filter(agent=agent, template=template).first()
    if reading is None or reading.text != _text_for(agent, template, reading.opened_at):
        raise AgreementNotOpened
    if reading.finished_at is None:
        remaining = reading.opened_at + timedelta(seconds=settings.HITOUCH_READING_SECONDS) - at
        if remaining > timedelta(0):
            raise ReadTooFast(remaining)
        parts = len(agreements_text.layout_blocks(reading.text))
        reading.finished_at, reading.seen = at, None if seen is None else min(seen, parts)
        reading.save()
    return reading


def required_readings(agent: Agent, templates: list[AgreementTemplate]) -> list[AgreementReading]:
    """The agent's up-to-date readings of these texts. Refuses if one was not read."""
    rows = AgreementReading.objects.filter(agent=agent, template__in=templates)
    readings = {row.template_id: row for row in rows.select_related("template")}
    missing = [row.title for row in templates if not _is_read(agent, readings.get(row.pk))]
    if missing:
        raise NotRead(missing)
    return [readings[row.pk] for row in templates]


def _is_read(agent: Agent, reading: AgreementReading | None) -> bool:
    if reading is None or reading.finished_at is None:
        return False
    return reading.text == _text_for(agent, reading.template, reading.opened_at)


def _text_for(agent: Agent, template: AgreementTemplate, at: datetime) -> str:
    return agreements_text.merge_fields(template.text, merge_fields_of(agent, at))


def merge_fields_of(agent: Agent, at: datetime) -> dict[str, str]:
    """Merge fields for an agent. City and state are enough; the full address is on file."""
    address = agent.current_address or {}
    place = ", ".join(filter(None, (address.get("city"), address.get("state"))))
    return {"name": agent.name, "place": place or "India", "date": date_text(at)}


class AlreadySigned(Refusal):
    """All agreements are already signed."""

    code = "already_signed"
    message = "You've already signed these agreements."


class NotAllAccepted(Refusal):
    """A text was not accepted, or another version was."""

    code = "not_all_accepted"
    status = 422
    field = "accept"
    message = "Read and tick each agreement."


class NameDiffers(Refusal):
    """The typed name differs from the profile."""

    code = "name_differs"
    status = 422
    field = "typed_name"

    def __init__(self, name: str) -> None:
        super().__init__(f"Enter your name exactly as in your profile: “{name}”.")


class ContactNotVerified(Refusal):
    """A signing code is only sent to a verified contact."""

    code = "contact_not_verified"
    message = "Verify this contact first, or choose the other one."


class AgreementsChanged(Refusal):
    """A new version came into force between the code and the signature."""

    code = "texts_changed"
    message = "An agreement has changed. Read the new version and request a new code."


@dataclass(frozen=True)
class SigningContext:
    """What all signatures of one signing have in common."""

    typed_name: str
    at: datetime
    ip: str | None
    user_agent: str
    evidence: dict[str, str]


def bundle_hash(readings: Iterable[AgreementReading]) -> str:
    """A hash over these texts; the signing code is bound to it."""
    lines = sorted(
        f"{row.template.kind} {row.template.version} {row.text_sha256}" for row in readings
    )
    return agreements_text.sha256_of("\n".join(lines))


def _require_unsigned(agent: Agent) -> list[AgreementTemplate]:
    """The texts left to sign; refuses when there are none."""
    gates.require(agent, step="agreements")
    unsigned = gates.unsigned_agreements(agent)
    if not unsigned:
        raise AlreadySigned
    return unsigned


def send_signing_code(*, agent: Agent, channel: str, at: datetime) -> str:
    """Send a code bound to the texts as they were read. Returns the contact, masked."""
    readings = required_readings(agent, _require_unsigned(agent))
    user = agent.user
    by_channel = {
        "email": user.email if user.email_verified_at else None,
        "phone": user.phone if user.phone_verified_at else None,
    }
    contact = by_channel.get(channel)
    if not contact:
        raise ContactNotVerified
    bound_to = bundle_hash(readings)
    one_time_codes.issue(
        purpose=SIGN,
        contact=contact,
        user=user,
        at=at,
        requester=Requester(user=user),
        bound_to=bound_to,
    )
    return mask_contact(contact)


def require_intent(
    *, agent: Agent, accept: Collection[str], typed_name: str
) -> list[AgreementReading]:
    """The readings to sign. Refuses unless all are read and accepted and the name matches."""
    templates = _require_unsigned(agent)
    readings = required_readings(agent, templates)
    if {str(pk) for pk in accept} != {str(row.pk) for row in templates}:
        raise NotAllAccepted
    if not matching.is_word_for_word(typed_name, agent.name):
        raise NameDiffers(agent.name)
    _printable_name(typed_name, agent)
    return readings


def _printable_name(typed_name: str, agent: Agent) -> str:
    """The typed name as it is printed.

    A profile from before names were checked may hold what is no name now. Its agent can sign all
    the same, and the paper shows code points for what it cannot draw.
    """
    try:
        return clean_name(typed_name, field="typed_name")
    except InvalidName:
        if _is_name(agent.name):
            raise
        return agent.name


def _is_name(text: str) -> bool:
    try:
        clean_name(text)
    except InvalidName:
        return False
    return True


def sign_agreements(
    *,
    agent: Agent,
    accept: Collection[str],
    typed_name: str,
    code: str,
    at: datetime,
    ip: str,
    user_agent: str,
) -> list[Signature]:
    """Sign all texts in force with the code sent for them. PDFs are sealed by a worker."""
    readings = require_intent(agent=agent, accept=accept, typed_name=typed_name)
    contact = _contact_of_code(agent.user)
    bound_to = bundle_hash(readings)
    used = one_time_codes.check(
        purpose=SIGN, contact=contact, code=code, at=at, bound_to=bound_to, user=agent.user
    )
    common = {
        "texts_sha256": bound_to,
        "contact": mask_contact(contact),
        "code_id": str(used.pk),
        "code_sent_at": used.sent_at.isoformat(),
        "code_used_at": at.isoformat(),
        "name_on_profile": agent.name,
        "signed_at_india": at.astimezone(INDIA).isoformat(),
    }
    typed = _printable_name(typed_name, agent)
    context = SigningContext(typed, at, ip or None, user_agent[:400], common)
    with transaction.atomic():
        locked = locks.lock_active_agent(agent)
        current = required_readings(locked, _require_unsigned(locked))
        if bundle_hash(current) != bound_to:
            raise AgreementsChanged
        signed = Signature.objects.bulk_create(_signature(locked, row, context) for row in current)
        _enqueue_sealing(signed, at)
        AgreementReading.objects.filter(agent=locked).delete()
        _record_signatures(locked, signed, at)
        settle_clearance(agent=locked, at=at)
    return signed


def _contact_of_code(user: User) -> str:
    """The contact that the newest live signing code was sent to."""
    latest = OneTimeCode.objects.live().filter(user=user, purpose=SIGN).order_by("-sent_at").first()
    contacts = [contact for contact in (user.email, user.phone) if contact]
    target = latest.target if latest else ""
    return next((contact for contact in contacts if target_of(contact) == target), contacts[0])


def _signature(agent: Agent, reading: AgreementReading, context: SigningContext) -> Signature:
    finished = reading.finished_at.isoformat() if reading.finished_at else ""
    times = {"opened_at": reading.opened_at.isoformat(), "read_at": finished}
    parts = {"parts": len(agreements_text.layout_blocks(reading.text)), "parts_seen": reading.seen}
    return Signature(
        agent=agent,
        template=reading.template,
        kind=reading.template.kind,
        version=reading.template.version,
        text=reading.text,
        text_sha256=reading.text_sha256,
        typed_name=context.typed_name,
        ip=context.ip,
        user_agent=context.user_agent,
        signed_at=context.at,
        evidence={**context.evidence, **times, **parts},
    )


def _enqueue_sealing(signed: list[Signature], at: datetime) -> None:
    """Create the PDF rows with the signatures; the task, or after a crash the sweep, seals them."""
    bundle = uuid4()
    papers = [SignedPaper(signature=row, bundle=bundle, next_try_at=at) for row in signed]
    for paper in SignedPaper.objects.bulk_create(papers):
        enqueue_on_commit("onboarding.tasks.seal_paper", paper_id=str(paper.pk))


def _record_signatures(agent: Agent, signed: list[Signature], at: datetime) -> None:
    for row in signed:
        new: dict[str, object] = {"kind": row.kind, "sha256": row.text_sha256}
        audit.record_event(by=agent.user, action="agreement.signed", on=row, at=at, new=new)
