"""DigiLocker sessions: start with consent, cancel, handle the callback, end and expire."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.consents import registry as consents_registry
from accounts.consents import services as consents
from accounts.models import Agent, User
from accounts.security import audit, locks
from hitouch.core import sweeps
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
State = KycSession.State
PURPOSE = "digilocker"
DAY = timedelta(days=1)
MAX_CODE_LENGTH = 2000


class DigiLockerDisabled(Refusal):
    """DigiLocker is not configured on this site."""

    code = "digilocker_off"
    message = "DigiLocker is not available right now. Upload photos of your documents instead."


class DigiLockerConsentRequired(Refusal):
    """The agent did not consent to fetching documents."""

    code = "consent_needed"
    status = 422
    field = "agreed"
    message = "Tick the box to let us get your documents from DigiLocker, or upload photos instead."


class TooManyStarts(Refusal):
    """The daily limit of starts is reached. Each start may make DigiLocker send an SMS."""

    code = "too_many_starts"
    message = (
        "You've tried DigiLocker too many times today. "
        "Try again tomorrow, or upload photos of your documents."
    )


@dataclass(frozen=True)
class StartedSession:
    """A new session and the URL of its consent page, which is not stored."""

    session: KycSession
    authorize_url: str


def start_session(
    *, agent: Agent, agreed: bool, log_in: str, back: str, where: str, network: str, at: datetime
) -> StartedSession:
    """Start a session bound to this login. A live session of the agent ends."""
    source = client.digilocker()
    if source is None:
        raise DigiLockerDisabled
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    with transaction.atomic():
        locks.lock_account(agent.user_id)  # because consent is recorded
        held = locks.lock_agent_row(agent)
        _require_can_start(held, agreed, at)
        consent = consents.give_consent(
            user=held.user, purpose=PURPOSE, at=at, where=where, network=network
        )
        _end_live_sessions(held, Reason.REPLACED, held.user, at)
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


def _require_can_start(agent: Agent, agreed: bool, at: datetime) -> None:
    gates.require(agent, step="kyc")
    case = kyc_queries.case_of(agent)
    if case is not None and not case.is_open:
        raise DocumentsLocked
    if not agreed:
        raise DigiLockerConsentRequired
    recent = KycSession.objects.filter(agent=agent, started_at__gt=at - DAY).count()
    if recent >= settings.HITOUCH_DIGILOCKER_STARTS_A_DAY:
        raise TooManyStarts


@transaction.atomic
def cancel_session(*, agent: Agent, by: User, at: datetime) -> None:
    """Cancel the live session, to upload photos instead. Without one nothing happens."""
    _end_live_sessions(locks.lock_agent_row(agent), Reason.STOPPED, by, at)


def _end_live_sessions(agent: Agent, reason: str, by: User, at: datetime) -> None:
    sessions = KycSession.objects.live().filter(agent=agent)
    for session in sessions.select_for_update(of=("self",)):
        end_session(session, to=State.FAILED, reason=reason, by=by, at=at)


def has_agreed(agent: Agent) -> bool:
    """Whether the agent's consent to the current text is in force."""
    live = agent.user.consents.live()
    return live.filter(purpose=PURPOSE, version=consents_registry.version_of(PURPOSE)).exists()


def hash_secret(use: str, value: str) -> str:
    """Keyed hash by which a state or a login is found."""
    return blind_index(f"digilocker-{use}", value)


class UnknownSession(Refusal):
    """The state is unknown, another agent's or another login's. The message does not say which."""

    code = "not_begun_here"
    message = (
        "This DigiLocker response doesn't match a request you started here. "
        "Start again from the Documents page."
    )


class CallbackAlreadyHandled(Refusal):
    """The callback was handled before, or the session has ended."""

    code = "answer_used"
    message = "We've already received this DigiLocker response. See the status below."


def handle_callback(
    *, agent: Agent, log_in: str, state: str, code: str, error: str, at: datetime
) -> KycSession:
    """Handle the redirect from DigiLocker. Of several simultaneous calls one proceeds."""
    sessions = KycSession.objects.filter(agent=agent, log_in_hash=hash_secret("log-in", log_in))
    with transaction.atomic():
        matching = sessions.filter(state_hash=hash_secret("state", state))
        session = matching.select_for_update(of=("self",)).first()
        if session is None:
            raise UnknownSession
        if session.state != State.CREATED:
            raise CallbackAlreadyHandled
        _apply_callback(session, code, error, at)
    return session


def _apply_callback(session: KycSession, code: str, error: str, at: datetime) -> None:
    by = session.agent.user
    if session.expires_at <= at:
        end_session(session, to=State.EXPIRED, at=at)
    elif error == "access_denied":
        end_session(session, to=State.DENIED, by=by, at=at)
    elif error or not 0 < len(code) <= MAX_CODE_LENGTH:
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
    """Move a locked session to a final state and clear its secrets."""
    secrets = dict.fromkeys(("verifier", "code", "token", "fetched"), "")
    facts = {"ended_at": at, "next_try_at": None, "reason": reason, "note": note, **secrets}
    transition(session, to=to, by=by, at=at, why=reason, **facts)


def expire_sessions(*, at: datetime) -> int:
    """Expire sessions in which nothing was fetched within half an hour. Returns how many."""
    return sweeps.run(OVERDUE_SESSIONS, now=at).done


def _expire(session: KycSession, at: datetime) -> None:
    """End the session, unless a callback or a worker holds its lock."""
    overdue = KycSession.objects.overdue(at).filter(pk=session.pk)
    held = overdue.select_for_update(of=("self",), skip_locked=True).first()
    if held is not None:
        end_session(held, to=State.EXPIRED, at=at)


OVERDUE_SESSIONS = sweeps.Sweep(
    name="onboarding.overdue_digilocker_sessions",
    due=KycSession.objects.overdue,
    act=_expire,
    order=("expires_at", "pk"),
    limit=100,
)
