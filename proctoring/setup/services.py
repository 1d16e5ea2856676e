"""Setup steps of a sitting before it starts: consent, checks, identity photo."""

from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max

from accounts.consents import services as consents
from accounts.models import Agent, Consent, User
from accounts.security import locks
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal
from hitouch.core.files import storage
from proctoring import conf, queries
from proctoring.artefacts.services import record_receipts
from proctoring.delivery import accommodations
from proctoring.delivery.locks import lock_sitting_in
from proctoring.invitations.bans import require_no_ban
from proctoring.invitations.services import NoAttemptsLeft
from proctoring.models import IdentityCheck, Invitation, Sitting, SystemCheck
from proctoring.setup import system_requirements


class InvitationNotOpen(Refusal):
    """The invitation is used or expired."""

    code = "invitation_not_open"
    message = "This invitation has already been used or has expired."


class SittingAlreadyOpen(Refusal):
    """The agent has another open sitting."""

    code = "sitting_already_open"
    message = "You already have an assessment open. Finish that one first."


@transaction.atomic
def open_sitting(*, invitation: Invitation, at: datetime) -> Sitting:
    """Open a sitting from an invitation."""
    agent = locks.lock_agent(invitation.agent_id)
    require_no_ban(agent, at)
    if queries.open_sitting(agent):
        raise SittingAlreadyOpen
    if not agent.invitations.open(at).filter(pk=invitation.pk).exists():
        raise InvitationNotOpen
    granted = invitation.why == Invitation.Why.GRANTED
    if not granted and not queries.attempts_left(agent, invitation.assessment, at):
        raise NoAttemptsLeft
    earlier = agent.sittings.filter(assessment=invitation.assessment).aggregate(last=Max("number"))
    return Sitting.objects.create(
        agent=agent,
        assessment=invitation.assessment,
        invitation=invitation,
        number=(earlier["last"] or 0) + 1,
        waives=accommodations.waived_demands(agent, at),
    )


@transaction.atomic
def give_consent(*, sitting: Sitting, by: User, at: datetime) -> Sitting:
    """Record the agent's consent to the recording."""
    locks.lock_account(sitting.agent.user_id)
    locked = lock_sitting_in(sitting, Sitting.State.CREATED)
    facts: dict[str, Any] = {"consented_at": at, "consent_version": conf.CONSENT_VERSION}
    where = Consent.Where.TEST
    consents.give_consent(user=locked.agent.user, purpose="recording", at=at, where=where)
    record_receipts(sitting=locked, at=at)
    transition(locked, to=Sitting.State.SYSTEM_CHECK, by=by, at=at, **facts)
    return locked


@transaction.atomic
def start_sitting(*, agent: Agent, by: User, at: datetime) -> Sitting:
    """Open a sitting if none is open, and record the consent: the page does both at once."""
    locks.lock_account(agent.user_id)  # the consent is recorded there, after other locks
    sitting = queries.open_sitting(agent)
    if sitting is None:
        invitation = queries.open_invitation(agent, at)
        if invitation is None:
            raise InvitationNotOpen
        sitting = open_sitting(invitation=invitation, at=at)
    if sitting.state != Sitting.State.CREATED:
        return sitting
    return give_consent(sitting=sitting, by=by, at=at)


@transaction.atomic
def check_system(
    *, sitting: Sitting, facts: system_requirements.SystemFacts, by: User, at: datetime
) -> SystemCheck:
    """Run the system check. If all checks pass, go on to the device test."""
    locked = lock_sitting_in(sitting, Sitting.State.SYSTEM_CHECK)
    results = system_requirements.check_system(facts, min_screen=conf.min_screen())
    check = _save_check(locked, SystemCheck.Kind.SYSTEM, vars(facts), results, at)
    if check.passed:
        transition(locked, to=Sitting.State.DEVICE_TEST, by=by, at=at)
    return check


@transaction.atomic
def check_devices(
    *, sitting: Sitting, picture: bool, microphone_level: float, by: User, at: datetime
) -> SystemCheck:
    """Run the camera and microphone check. If both pass, go on to the photo."""
    locked = lock_sitting_in(sitting, Sitting.State.DEVICE_TEST)
    facts: dict[str, object] = {"picture": picture, "microphone_level": microphone_level}
    results = system_requirements.check_devices(picture=picture, microphone_level=microphone_level)
    check = _save_check(locked, SystemCheck.Kind.DEVICES, facts, results, at)
    if check.passed:
        transition(locked, to=Sitting.State.IDENTITY, by=by, at=at)
    return check


@transaction.atomic
def save_identity_photo(
    *, sitting: Sitting, photo: UploadedFile, by: User, at: datetime
) -> Sitting:
    """Save the photo that a proctor will compare with the profile photo."""
    locked = lock_sitting_in(sitting, Sitting.State.IDENTITY)
    stored = storage.store_image(photo, purpose="proctoring.identity")
    keep_until = at + timedelta(days=locked.assessment.retention_days)
    IdentityCheck.objects.create(sitting=locked, photo=stored, taken_at=at, keep_until=keep_until)
    transition(locked, to=Sitting.State.READY, by=by, at=at)
    return locked


def _save_check(
    sitting: Sitting,
    kind: str,
    facts: dict[str, object],
    results: list[system_requirements.CheckResult],
    at: datetime,
) -> SystemCheck:
    check = SystemCheck.objects.create(
        sitting=sitting,
        kind=kind,
        facts=facts,
        results=[result.as_dict() for result in results],
        passed=all(result.passed for result in results),
        checked_at=at,
    )
    check.sitting = sitting
    return check
