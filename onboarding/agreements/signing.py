"""Sending a code for exactly the texts that were read, and signing them with it."""

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
from accounts.security import audit, locks
from hitouch.core.errors import Refusal
from hitouch.core.india_time import INDIA
from hitouch.core.jobs.dispatch import enqueue_on_commit
from hitouch.core.masking import mask_contact
from hitouch.core.web.humanize import date_text
from onboarding.agreements import text as agreements_text
from onboarding.models import AgreementReading, AgreementTemplate, Signature, SignedPaper
from onboarding.names import matching
from onboarding.steps import gates
from onboarding.steps.services import settle_clearance

SIGN = OneTimeCode.Purpose.SIGN


class AlreadySigned(Refusal):
    """Nothing is left to sign."""

    code = "already_signed"
    message = "You've already signed these agreements."


class NotAllAccepted(Refusal):
    """A tick is missing, or is for another version."""

    code = "not_all_accepted"
    status = 422
    field = "accept"
    message = "Read and tick each agreement."


class NameDiffers(Refusal):
    """The typed name is not the agent's."""

    code = "name_differs"
    status = 422
    field = "typed_name"

    def __init__(self, name: str) -> None:
        super().__init__(f"Enter your name exactly as in your profile: “{name}”.")


class ContactNotVerified(Refusal):
    """A code can only go where the agent has been reached before."""

    code = "contact_not_verified"
    message = "Verify this contact first, or choose the other one."


class TextsChanged(Refusal):
    """A new version came into force between the code and the signature."""

    code = "texts_changed"
    message = "An agreement has changed. Read the new version and request a new code."


def bundle_hash(readings: Iterable[AgreementReading]) -> str:
    """One hash for exactly these texts in exactly these words."""
    lines = sorted(
        f"{row.template.kind} {row.template.version} {row.text_sha256}" for row in readings
    )
    return agreements_text.sha256_of("\n".join(lines))


def _to_sign(agent: Agent) -> list[AgreementTemplate]:
    gates.require(agent, step="agreements")
    unsigned = gates.unsigned_agreements(agent)
    if not unsigned:
        raise AlreadySigned
    return unsigned


def send_signing_code(*, agent: Agent, channel: str, at: datetime, ip: str) -> str:
    """Send a code that signs the texts as they were read. Returns the contact, masked."""
    readings = required_readings(agent, _to_sign(agent))
    user = agent.user
    by_channel = {
        "email": user.email if user.email_verified_at else None,
        "phone": user.phone if user.phone_verified_at else None,
    }
    contact = by_channel.get(channel)
    if not contact:
        raise ContactNotVerified
    bound_to = bundle_hash(readings)
    one_time_codes.issue(purpose=SIGN, contact=contact, user=user, at=at, ip=ip, bound_to=bound_to)
    return mask_contact(contact)


def require_intent(
    *, agent: Agent, accept: Collection[str], typed_name: str
) -> list[AgreementReading]:
    """The texts to sign, when every one is read and ticked and the name is the agent's."""
    templates = _to_sign(agent)
    readings = required_readings(agent, templates)
    if {str(pk) for pk in accept} != {str(row.pk) for row in templates}:
        raise NotAllAccepted
    if not matching.is_word_for_word(typed_name, agent.name):
        raise NameDiffers(agent.name)
    return readings


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
    """Sign all texts in force with the code that was sent for them. Their papers follow."""
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
    act = SigningContext(typed_name.strip(), at, ip or None, user_agent[:400], common)
    with transaction.atomic():
        held = locks.lock_active_agent(agent)
        now_read = required_readings(held, _to_sign(held))
        if bundle_hash(now_read) != bound_to:
            raise TextsChanged
        signed = Signature.objects.bulk_create(_signature(held, row, act) for row in now_read)
        _leave_papers(signed, at)
        AgreementReading.objects.filter(agent=held).delete()
        _note(held, signed, at)
        settle_clearance(agent=held, at=at)
    return signed


def _contact_of_code(user: User) -> str:
    """Which of the person's contacts the newest live code went to."""
    sent = OneTimeCode.objects.live().filter(user=user, purpose=SIGN).order_by("-sent_at").first()
    contacts = [contact for contact in (user.email, user.phone) if contact]
    target = sent.target if sent else ""
    return next((contact for contact in contacts if target_of(contact) == target), contacts[0])


@dataclass(frozen=True)
class SigningContext:
    """How somebody signed: the same for every text of one signing."""

    typed_name: str
    at: datetime
    ip: str | None
    user_agent: str
    evidence: dict[str, str]


def _signature(agent: Agent, read: AgreementReading, act: SigningContext) -> Signature:
    finished = read.finished_at.isoformat() if read.finished_at else ""
    times = {"opened_at": read.opened_at.isoformat(), "read_at": finished}
    parts = {"parts": len(agreements_text.layout_blocks(read.text)), "parts_seen": read.seen}
    return Signature(
        agent=agent,
        template=read.template,
        kind=read.template.kind,
        version=read.template.version,
        text=read.text,
        text_sha256=read.text_sha256,
        typed_name=act.typed_name,
        ip=act.ip,
        user_agent=act.user_agent,
        signed_at=act.at,
        evidence={**act.evidence, **times, **parts},
    )


def _leave_papers(signed: list[Signature], at: datetime) -> None:
    """The papers are due with the signatures; a worker makes them, now or after any crash."""
    bundle = uuid4()
    papers = [SignedPaper(signature=row, bundle=bundle, next_try_at=at) for row in signed]
    for paper in SignedPaper.objects.bulk_create(papers):
        enqueue_on_commit("onboarding.tasks.seal_paper", paper_id=str(paper.pk))


def _note(agent: Agent, signed: list[Signature], at: datetime) -> None:
    for row in signed:
        new: dict[str, object] = {"kind": row.kind, "sha256": row.text_sha256}
        audit.record_event(by=agent.user, action="agreement.signed", on=row, at=at, new=new)


class ReadTooFast(Refusal):
    """Nobody reads that fast."""

    code = "read_too_fast"

    def __init__(self, wait: timedelta) -> None:
        self.retry_after = max(1, math.ceil(wait.total_seconds()))
        super().__init__(
            f"Please take time to read the agreement. You can continue in {self.retry_after} "
            "seconds."
        )


class AgreementNotOpened(Refusal):
    """It was not shown to this agent yet, or not in these words."""

    code = "not_opened"
    message = "Open this agreement first. It changes if your name or address has changed."


class NotRead(Refusal):
    """A text was not read to its end."""

    code = "not_read"
    field = "accept"

    def __init__(self, titles: list[str]) -> None:
        super().__init__(f"Read this first:  {', '.join(titles).lower()}.")


@transaction.atomic
def open_agreement(*, agent: Agent, template: AgreementTemplate, at: datetime) -> AgreementReading:
    """The text as it is for this agent. Words that were shown stay while its facts are the same."""
    gates.require(agent, step="agreements")
    held = locks.lock_agent_row(agent)
    known = AgreementReading.objects.filter(agent=held, template=template).first()
    if known is not None:
        if known.text == _text_for(held, template, known.opened_at):
            return known
        known.delete()
    text = _text_for(held, template, at)
    return AgreementReading.objects.create(
        agent=held,
        template=template,
        text=text,
        text_sha256=agreements_text.sha256_of(text),
        opened_at=at,
    )


def open_texts(*, agent: Agent, at: datetime) -> list[AgreementReading]:
    """Every text that is left to sign."""
    return [
        open_agreement(agent=agent, template=row, at=at) for row in gates.unsigned_agreements(agent)
    ]


def mark_read(
    *, agent: Agent, template: AgreementTemplate, at: datetime, seen: int | None = None
) -> AgreementReading:
    """The agent says: I have read it to the end. Saying so again changes nothing."""
    gates.require(agent, step="agreements")
    reading = AgreementReading.objects.filter(agent=agent, template=template).first()
    if reading is None or reading.text != _text_for(agent, template, reading.opened_at):
        raise AgreementNotOpened
    if reading.finished_at is None:
        left = reading.opened_at + timedelta(seconds=settings.HITOUCH_READING_SECONDS) - at
        if left > timedelta(0):
            raise ReadTooFast(left)
        parts = len(agreements_text.layout_blocks(reading.text))
        reading.finished_at, reading.seen = at, None if seen is None else min(seen, parts)
        reading.save()
    return reading


def required_readings(agent: Agent, templates: list[AgreementTemplate]) -> list[AgreementReading]:
    """What the agent has read of these, in their present words; refuses when one is missing."""
    rows = AgreementReading.objects.filter(agent=agent, template__in=templates)
    found = {row.template_id: row for row in rows.select_related("template")}
    missing = [row.title for row in templates if not _is_read(agent, found.get(row.pk))]
    if missing:
        raise NotRead(missing)
    return [found[row.pk] for row in templates]


def _is_read(agent: Agent, reading: AgreementReading | None) -> bool:
    if reading is None or reading.finished_at is None:
        return False
    return reading.text == _text_for(agent, reading.template, reading.opened_at)


def _text_for(agent: Agent, template: AgreementTemplate, at: datetime) -> str:
    return agreements_text.merge_fields(template.text, merge_fields_of(agent, at))


def merge_fields_of(agent: Agent, at: datetime) -> dict[str, str]:
    """What a text may name of an agent. Of the address the town is enough; the rest is on file."""
    address = agent.current_address or {}
    place = ", ".join(filter(None, (address.get("city"), address.get("state"))))
    return {"name": agent.name, "place": place or "India", "date": date_text(at)}
