"""An agent sets out for DigiLocker, or turns round and uploads pictures instead."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts import audit, consents, locks
from accounts import services as accounts
from accounts.models import Agent, User
from hitouch.core.crypto import blind_index
from hitouch.core.errors import Refusal
from onboarding import queries, steps
from onboarding.models import KycSession
from onboarding.services import guards
from onboarding.services.digilocker_ends import end
from onboarding.services.documents import DocumentsLocked
from onboarding.sources import configured

Reason = KycSession.Reason
PURPOSE = "digilocker"
DAY = timedelta(days=1)


class DigiLockerOff(Refusal):
    """This site has no key to DigiLocker."""

    code = "digilocker_off"
    message = "DigiLocker is not available right now. Upload photos of your documents instead."


class AgreeFirst(Refusal):
    """Nothing is fetched of somebody who did not say so."""

    code = "consent_needed"
    status = 422
    field = "agreed"
    message = "Tick the box to let us get your documents from DigiLocker, or upload photos instead."


class TooManyStarts(Refusal):
    """Each start may cost DigiLocker a message to a phone."""

    code = "too_many_starts"
    message = (
        "You've tried DigiLocker too many times today. "
        "Try again tomorrow, or upload photos of your documents."
    )


@dataclass(frozen=True)
class Begun:
    """A session, and where the person is asked. The address is told once and never again."""

    session: KycSession
    authorize_url: str


def start_digilocker(
    *, agent: Agent, agreed: bool, log_in: str, back: str, where: str, network: str, at: datetime
) -> Begun:
    """Begin anew in this log-in; what was begun before it ends."""
    source = configured.digilocker()
    if source is None:
        raise DigiLockerOff
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    with transaction.atomic():
        locks.account(agent.user_id)  # whose consent is written here
        held = guards.lock(agent)
        _require_room(held, agreed, at)
        consent = accounts.give_consent(
            user=held.user, purpose=PURPOSE, at=at, where=where, network=network
        )
        _end_live(held, Reason.REPLACED, held.user, at)
        session = KycSession.objects.create(
            agent=held,
            state_hash=hash_of("state", state),
            log_in_hash=hash_of("log-in", log_in),
            back=back,
            consent_version=consent.version,
            verifier=verifier,
            started_at=at,
            expires_at=at + KycSession.LASTS,
        )
        new: dict[str, object] = {"consent": consent.version}
        audit.record(by=held.user, action="digilocker.started", on=session, at=at, new=new)
    return Begun(session, source.authorize_url(state=state, verifier=verifier, back=back))


@transaction.atomic
def stop_digilocker(*, agent: Agent, by: User, at: datetime) -> None:
    """Upload pictures instead. Harmless when nothing is under way."""
    _end_live(guards.lock(agent), Reason.STOPPED, by, at)


def has_agreed(agent: Agent) -> bool:
    """Whether the consent to the present text still lives."""
    live = agent.user.consents.live()
    return live.filter(purpose=PURPOSE, version=consents.version_of(PURPOSE)).exists()


def hash_of(use: str, value: str) -> str:
    """What a state or a log-in is found by; neither can be read from it."""
    return blind_index(f"digilocker-{use}", value)


def _require_room(agent: Agent, agreed: bool, at: datetime) -> None:
    steps.require(agent, step="kyc")
    case = queries.case_of(agent)
    if case is not None and not case.is_open:
        raise DocumentsLocked
    if not agreed:
        raise AgreeFirst
    lately = KycSession.objects.filter(agent=agent, started_at__gt=at - DAY).count()
    if lately >= settings.HITOUCH_DIGILOCKER_STARTS_A_DAY:
        raise TooManyStarts


def _end_live(agent: Agent, reason: str, by: User, at: datetime) -> None:
    mine = KycSession.objects.live().filter(agent=agent)
    for session in mine.select_for_update(of=("self",)):
        end(session, to=KycSession.State.FAILED, reason=reason, by=by, at=at)
