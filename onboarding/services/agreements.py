"""Publishing the texts, sending a code for exactly these texts, and signing them with it."""

import hashlib
from collections.abc import Collection, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from accounts import audit, codes
from accounts.models import Agent, OneTimeCode, User
from accounts.models.codes import target_of
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact
from onboarding import gates, rules, steps
from onboarding.models import AgreementTemplate, Signature
from onboarding.services import guards
from onboarding.services.clearing import settle_clearance

SIGN = OneTimeCode.Purpose.SIGN
INDIA = ZoneInfo("Asia/Kolkata")


class AlreadySigned(Refusal):
    """Nothing is left to sign."""

    code = "already_signed"
    message = "You have signed these agreements already."


class NotAllAccepted(Refusal):
    """A tick is missing, or is for another version."""

    code = "not_all_accepted"
    status = 422
    field = "accept"
    message = "Tick each agreement that is shown, after reading it."


class NameDiffers(Refusal):
    """The typed name is not the agent's."""

    code = "name_differs"
    status = 422
    field = "typed_name"
    message = "Type your name as it stands in your profile."


class ContactNotVerified(Refusal):
    """A code can only go where the agent has been reached before."""

    code = "contact_not_verified"
    message = "Confirm this contact first, or choose the other one."


class TextsChanged(Refusal):
    """A new version came into force between the code and the signature."""

    code = "texts_changed"
    message = "A text changed while you were reading. Read the new one and ask for a new code."


def sha256_of(text: str) -> str:
    """The hash of a text, as its UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def bundle_hash(templates: Iterable[AgreementTemplate]) -> str:
    """One hash for exactly these texts in exactly these versions."""
    lines = sorted(f"{row.kind} {row.version} {row.sha256}" for row in templates)
    return sha256_of("\n".join(lines))


@transaction.atomic
def publish_template(
    *, kind: str, version: str, title: str, text: str, by: User | None, at: datetime
) -> AgreementTemplate:
    """Put a new version of a text in force; everybody signs it again."""
    template = AgreementTemplate.objects.create(
        kind=kind, version=version, title=title, text=text, sha256=sha256_of(text), in_force_at=at
    )
    new: dict[str, object] = {"kind": kind, "version": version, "sha256": template.sha256}
    audit.record(by=by, action="agreement.published", on=template, at=at, new=new)
    return template


def _to_sign(agent: Agent) -> list[AgreementTemplate]:
    steps.require(agent, step="agreements")
    unsigned = gates.unsigned(agent)
    if not unsigned:
        raise AlreadySigned
    return unsigned


def send_signing_code(*, agent: Agent, channel: str, at: datetime, ip: str) -> str:
    """Send a code that signs the texts as they are now. Returns the contact, masked."""
    templates = _to_sign(agent)
    user = agent.user
    by_channel = {
        "email": user.email if user.email_verified_at else None,
        "phone": user.phone if user.phone_verified_at else None,
    }
    contact = by_channel.get(channel)
    if not contact:
        raise ContactNotVerified
    bound_to = bundle_hash(templates)
    codes.issue(purpose=SIGN, contact=contact, user=user, at=at, ip=ip, bound_to=bound_to)
    return mask_contact(contact)


def check_intent(
    *, agent: Agent, accept: Collection[str], typed_name: str
) -> list[AgreementTemplate]:
    """The texts to sign, when every one is ticked and the name is the agent's."""
    templates = _to_sign(agent)
    if {str(pk) for pk in accept} != {str(row.pk) for row in templates}:
        raise NotAllAccepted
    if not rules.same_name(typed_name, agent.name):
        raise NameDiffers
    return templates


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
    """Sign all texts in force with the code that was sent for them."""
    templates = check_intent(agent=agent, accept=accept, typed_name=typed_name)
    contact = _contact_of_code(agent.user)
    bound_to = bundle_hash(templates)
    used = codes.check(
        purpose=SIGN, contact=contact, code=code, at=at, bound_to=bound_to, user=agent.user
    )
    evidence: dict[str, object] = {
        "texts_sha256": bound_to,
        "contact": mask_contact(contact),
        "code_id": str(used.pk),
        "code_sent_at": used.sent_at.isoformat(),
        "name_on_profile": agent.name,
        "signed_at_india": at.astimezone(INDIA).isoformat(),
    }
    with transaction.atomic():
        held = guards.lock(agent)
        if bundle_hash(_to_sign(held)) != bound_to:
            raise TextsChanged
        rows = [
            _signature(held, template, typed_name, at, ip, user_agent, evidence)
            for template in templates
        ]
        signed = Signature.objects.bulk_create(rows)
        _note(held, signed, at)
        settle_clearance(agent=held, at=at)
    return signed


def _contact_of_code(user: User) -> str:
    """Which of the person's contacts the newest live code went to."""
    sent = OneTimeCode.objects.live().filter(user=user, purpose=SIGN).order_by("-sent_at").first()
    contacts = [contact for contact in (user.email, user.phone) if contact]
    target = sent.target if sent else ""
    return next((contact for contact in contacts if target_of(contact) == target), contacts[0])


def _signature(
    agent: Agent,
    template: AgreementTemplate,
    typed_name: str,
    at: datetime,
    ip: str,
    user_agent: str,
    evidence: dict[str, object],
) -> Signature:
    return Signature(
        agent=agent,
        template=template,
        kind=template.kind,
        version=template.version,
        text_sha256=template.sha256,
        typed_name=typed_name.strip(),
        ip=ip or None,
        user_agent=user_agent[:400],
        signed_at=at,
        evidence=evidence,
    )


def _note(agent: Agent, signed: list[Signature], at: datetime) -> None:
    for row in signed:
        new: dict[str, object] = {"kind": row.kind, "sha256": row.text_sha256}
        audit.record(by=agent.user, action="agreement.signed", on=row, at=at, new=new)
    guards.tell(agent, template="agreements_signed", at=at, signatures=signed)
