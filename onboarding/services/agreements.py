"""Sending a code for exactly the texts that were read, and signing them with it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from accounts import audit, codes
from accounts.models import Agent, OneTimeCode, User
from accounts.models.codes import target_of
from hitouch.core.bell import ring
from hitouch.core.errors import Refusal
from hitouch.core.india_time import INDIA
from hitouch.core.masking import mask_contact
from onboarding import gates, name_matching, steps, wording
from onboarding.models import AgreementReading, AgreementTemplate, Signature, SignedPaper
from onboarding.services import guards, reading
from onboarding.services.clearing import settle_clearance

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
    return wording.sha256_of("\n".join(lines))


def _to_sign(agent: Agent) -> list[AgreementTemplate]:
    steps.require(agent, step="agreements")
    unsigned = gates.unsigned(agent)
    if not unsigned:
        raise AlreadySigned
    return unsigned


def send_signing_code(*, agent: Agent, channel: str, at: datetime, ip: str) -> str:
    """Send a code that signs the texts as they were read. Returns the contact, masked."""
    readings = reading.read_texts(agent, _to_sign(agent))
    user = agent.user
    by_channel = {
        "email": user.email if user.email_verified_at else None,
        "phone": user.phone if user.phone_verified_at else None,
    }
    contact = by_channel.get(channel)
    if not contact:
        raise ContactNotVerified
    bound_to = bundle_hash(readings)
    codes.issue(purpose=SIGN, contact=contact, user=user, at=at, ip=ip, bound_to=bound_to)
    return mask_contact(contact)


def check_intent(
    *, agent: Agent, accept: Collection[str], typed_name: str
) -> list[AgreementReading]:
    """The texts to sign, when every one is read and ticked and the name is the agent's."""
    templates = _to_sign(agent)
    readings = reading.read_texts(agent, templates)
    if {str(pk) for pk in accept} != {str(row.pk) for row in templates}:
        raise NotAllAccepted
    if not name_matching.is_word_for_word(typed_name, agent.name):
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
    readings = check_intent(agent=agent, accept=accept, typed_name=typed_name)
    contact = _contact_of_code(agent.user)
    bound_to = bundle_hash(readings)
    used = codes.check(
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
    act = Act(typed_name.strip(), at, ip or None, user_agent[:400], common)
    with transaction.atomic():
        held = guards.lock_active(agent)
        now_read = reading.read_texts(held, _to_sign(held))
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
class Act:
    """How somebody signed: the same for every text of one signing."""

    typed_name: str
    at: datetime
    ip: str | None
    user_agent: str
    evidence: dict[str, str]


def _signature(agent: Agent, read: AgreementReading, act: Act) -> Signature:
    finished = read.finished_at.isoformat() if read.finished_at else ""
    times = {"opened_at": read.opened_at.isoformat(), "read_at": finished}
    parts = {"parts": len(wording.laid_out(read.text)), "parts_seen": read.seen}
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
        ring("onboarding.tasks.seal_paper", paper_id=str(paper.pk))


def _note(agent: Agent, signed: list[Signature], at: datetime) -> None:
    for row in signed:
        new: dict[str, object] = {"kind": row.kind, "sha256": row.text_sha256}
        audit.record(by=agent.user, action="agreement.signed", on=row, at=at, new=new)
