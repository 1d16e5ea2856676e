"""An agent sets out for DigiLocker, or turns round and uploads pictures instead."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.consents import registry as consents_registry
from accounts.consents import services as consents
from accounts.models import Agent, User
from accounts.security import audit, locks
from hitouch.core.crypto import blind_index
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal
from hitouch.core.jobs.dispatch import enqueue_on_commit
from onboarding.kyc import queries as kyc_queries
from onboarding.kyc.digilocker import client
from onboarding.kyc.services import DocumentsLocked
from onboarding.models import KycSession
from onboarding.steps import gates

Reason = KycSession.Reason
PURPOSE = "digilocker"
DAY = timedelta(days=1)
State = KycSession.State
LONGEST_CODE = 2000


class DigiLockerOff(Refusal):
    """This site has no key to DigiLocker."""

    code = "digilocker_off"
    message = "DigiLocker is not available right now. Upload photos of your documents instead."


class DigiLockerConsentRequired(Refusal):
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
class StartedSession:
    """A session, and where the person is asked. The address is told once and never again."""

    session: KycSession
    authorize_url: str


def start_session(
    *, agent: Agent, agreed: bool, log_in: str, back: str, where: str, network: str, at: datetime
) -> StartedSession:
    """Begin anew in this log-in; what was begun before it ends."""
    source = client.digilocker()
    if source is None:
        raise DigiLockerOff
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    with transaction.atomic():
        locks.lock_account(agent.user_id)  # whose consent is written here
        held = locks.lock_agent_row(agent)
        _require_room(held, agreed, at)
        consent = consents.give_consent(
            user=held.user, purpose=PURPOSE, at=at, where=where, network=network
        )
        _end_live(held, Reason.REPLACED, held.user, at)
        session = KycSession.objects.create(
            agent=held,
            state_hash=hash_secret("state", state),
            log_in_hash=hash_secret("log-in", log_in),
            back=back,
            consent_version=consent.version,
            verifier=verifier,
            started_at=at,
            expires_at=at + KycSession.LASTS,
        )
        new: dict[str, object] = {"consent": consent.version}
        audit.record_event(by=held.user, action="digilocker.started", on=session, at=at, new=new)
    return StartedSession(session, source.authorize_url(state=state, verifier=verifier, back=back))


@transaction.atomic
def cancel_session(*, agent: Agent, by: User, at: datetime) -> None:
    """Upload pictures instead. Harmless when nothing is under way."""
    _end_live(locks.lock_agent_row(agent), Reason.STOPPED, by, at)


def has_agreed(agent: Agent) -> bool:
    """Whether the consent to the present text still lives."""
    live = agent.user.consents.live()
    return live.filter(purpose=PURPOSE, version=consents_registry.version_of(PURPOSE)).exists()


def hash_secret(use: str, value: str) -> str:
    """What a state or a log-in is found by; neither can be read from it."""
    return blind_index(f"digilocker-{use}", value)


def _require_room(agent: Agent, agreed: bool, at: datetime) -> None:
    gates.require(agent, step="kyc")
    case = kyc_queries.case_of(agent)
    if case is not None and not case.is_open:
        raise DocumentsLocked
    if not agreed:
        raise DigiLockerConsentRequired
    lately = KycSession.objects.filter(agent=agent, started_at__gt=at - DAY).count()
    if lately >= settings.HITOUCH_DIGILOCKER_STARTS_A_DAY:
        raise TooManyStarts


def _end_live(agent: Agent, reason: str, by: User, at: datetime) -> None:
    mine = KycSession.objects.live().filter(agent=agent)
    for session in mine.select_for_update(of=("self",)):
        end_session(session, to=KycSession.State.FAILED, reason=reason, by=by, at=at)


class UnknownSession(Refusal):
    """Unknown, somebody else's, or begun in another log-in; which of these is not told."""

    code = "not_begun_here"
    message = (
        "This DigiLocker response doesn't match a request you started here. "
        "Start again from the Documents page."
    )


class CallbackAlreadyHandled(Refusal):
    """The answer was taken before, or is of no use any more."""

    code = "answer_used"
    message = "We've already received this DigiLocker response. See the status below."


def handle_callback(
    *, agent: Agent, log_in: str, state: str, code: str, error: str, at: datetime
) -> KycSession:
    """Take what DigiLocker sent the browser back with; of several at once one proceeds."""
    mine = KycSession.objects.filter(agent=agent, log_in_hash=hash_secret("log-in", log_in))
    with transaction.atomic():
        found = mine.filter(state_hash=hash_secret("state", state))
        session = found.select_for_update(of=("self",)).first()
        if session is None:
            raise UnknownSession
        if session.state != State.CREATED:
            raise CallbackAlreadyHandled
        _answered(session, code, error, at)
    return session


def _answered(session: KycSession, code: str, error: str, at: datetime) -> None:
    by = session.agent.user
    if session.expires_at <= at:
        end_session(session, to=State.EXPIRED, at=at)
    elif error == "access_denied":
        end_session(session, to=State.DENIED, by=by, at=at)
    elif error or not 0 < len(code) <= LONGEST_CODE:
        end_session(session, to=State.FAILED, reason=Reason.REFUSED, by=by, at=at)
    else:
        session.code = code
        session.save(update_fields=["code", "updated_at"])
        transition(session, to=State.RETURNED, by=by, at=at, next_try_at=at)
        enqueue_on_commit("onboarding.tasks.fetch_digilocker", session_id=str(session.pk))


def end_session(
    session: KycSession, *, to: str, at: datetime, reason: str = "", note: str = "",
    by: User | None = None,
) -> None:  # fmt: skip
    """Move a session that the caller holds to one of its ends."""
    secrets = dict.fromkeys(("verifier", "code", "token", "fetched"), "")
    facts = {"ended_at": at, "next_try_at": None, "reason": reason, "note": note, **secrets}
    transition(session, to=to, by=by, at=at, why=reason, **facts)


def expire_sessions(*, at: datetime, limit: int = 100) -> int:
    """End those in which nothing was fetched within half an hour. Returns how many."""
    with transaction.atomic():
        over = KycSession.objects.overdue(at).order_by("expires_at")
        held = list(over.select_for_update(of=("self",), skip_locked=True)[:limit])
        for session in held:
            end_session(session, to=State.EXPIRED, at=at)
    return len(held)
