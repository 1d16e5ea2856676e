"""Somebody comes back from DigiLocker with an answer: it counts once, and only where it began."""

from datetime import datetime

from django.db import transaction

from accounts.models import Agent
from hitouch.core.bell import ring
from hitouch.core.errors import Refusal
from hitouch.core.states import move
from onboarding.models import KycSession
from onboarding.services.digilocker import hash_of
from onboarding.services.digilocker_ends import end

State, Reason = KycSession.State, KycSession.Reason
LONGEST_CODE = 2000


class NotBegunHere(Refusal):
    """Unknown, somebody else's, or begun in another log-in; which of these is not told."""

    code = "not_begun_here"
    message = (
        "This DigiLocker response doesn't match a request you started here. "
        "Start again from the Documents page."
    )


class AnswerUsed(Refusal):
    """The answer was taken before, or is of no use any more."""

    code = "answer_used"
    message = "We've already received this DigiLocker response. See the status below."


def take_return(
    *, agent: Agent, log_in: str, state: str, code: str, error: str, at: datetime
) -> KycSession:
    """Take what DigiLocker sent the browser back with; of several at once one proceeds."""
    mine = KycSession.objects.filter(agent=agent, log_in_hash=hash_of("log-in", log_in))
    with transaction.atomic():
        found = mine.filter(state_hash=hash_of("state", state))
        session = found.select_for_update(of=("self",)).first()
        if session is None:
            raise NotBegunHere
        if session.state != State.CREATED:
            raise AnswerUsed
        _answered(session, code, error, at)
    return session


def _answered(session: KycSession, code: str, error: str, at: datetime) -> None:
    by = session.agent.user
    if session.expires_at <= at:
        end(session, to=State.EXPIRED, at=at)
    elif error == "access_denied":
        end(session, to=State.DENIED, by=by, at=at)
    elif error or not 0 < len(code) <= LONGEST_CODE:
        end(session, to=State.FAILED, reason=Reason.REFUSED, by=by, at=at)
    else:
        session.code = code
        session.save(update_fields=["code", "updated_at"])
        move(session, to=State.RETURNED, by=by, at=at, next_try_at=at)
        ring("onboarding.tasks.fetch_digilocker", session_id=str(session.pk))
