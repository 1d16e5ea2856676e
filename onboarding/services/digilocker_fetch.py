"""A worker fetches what an agent allowed us to see, verifies it, and puts it in place.

The row carries the work: whoever takes it has a lease, and what a worker brings after its lease
was taken by another is dropped. Each step is committed before the next begins, so that a worker
that dies leaves a token or verified documents behind, and the sweep goes on from there.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts import audit
from hitouch.core import leases
from hitouch.core.states import move
from onboarding.models import KycSession
from onboarding.services import digilocker_papers as papers
from onboarding.services.digilocker import has_agreed
from onboarding.services.digilocker_ends import end
from onboarding.services.digilocker_keep import keep_fetched
from onboarding.sources import configured
from onboarding.sources.base import DocumentSource, SourceRefused, Unreachable
from onboarding.sources.signed_xml import NotGenuine

log = logging.getLogger(__name__)
State, Reason = KycSession.State, KycSession.Reason

#: How long one try may take before the sweep takes the session up again.
LEASE = timedelta(seconds=60)


def work_on(*, session_id: str | UUID, at: datetime) -> bool:
    """Take one session as far as it goes, if it is due; harmless twice and at once.

    False when DigiLocker could not be asked, so that nobody stands in line before it.
    """
    session = _take(session_id, at)
    if session is None:
        return True
    if session.state == State.RETURNED and not _fetch(session, at):
        return False
    keep_fetched(session_id=session.pk, at=at)
    return True


def sweep_digilocker(*, at: datetime, limit: int = 50) -> int:
    """Go on with every session that is due, the longest waiting first. Returns how many."""
    ids = KycSession.objects.due_ids(at, limit=limit)
    return leases.work_while_answered(ids, lambda pk: work_on(session_id=pk, at=at))


def _take(session_id: str | UUID, at: datetime) -> KycSession | None:
    """Hold a due session for the length of a lease, or None when there is nothing to do."""
    if not KycSession.objects.take(session_id, now=at, lease=LEASE):
        return None
    session = KycSession.objects.select_related("agent__user").get(pk=session_id)
    if session.state == State.RETURNED and session.expires_at <= at:
        _end(session, State.EXPIRED, "", at)
    elif session.tries > KycSession.MOST_TRIES:
        _end(session, State.FAILED, Reason.DOWN, at)
    elif not has_agreed(session.agent):
        _end(session, State.FAILED, Reason.NO_CONSENT, at)
    else:
        return session
    return None


def _fetch(session: KycSession, at: datetime) -> bool:
    """False when nobody answered."""
    try:
        source = _source()
        token = session.token or _exchange(source, session, at)
        if not token:
            return True
        found = papers.fetch(source, token, pinned=configured.signers(), at=at)
    except Unreachable as fault:
        _try_again(session, fault, at)
        return False
    except SourceRefused as fault:
        log.warning("digilocker.refused", extra=_log_context(session, fault))
        _end(session, State.FAILED, Reason.REFUSED, at)
    except NotGenuine as fault:
        log.error("digilocker.not_genuine", extra=_log_context(session, fault))
        _end(session, State.FAILED, Reason.NOT_GENUINE, at)
    else:
        _take_papers(session, found, at)
    return True


def _source() -> DocumentSource:
    source = configured.digilocker()
    if source is None:
        raise Unreachable("not configured any more")
    return source


def _exchange(source: DocumentSource, session: KycSession, at: datetime) -> str:
    """The token, written down at once: a code can be exchanged only once."""
    token = source.token(code=session.code, verifier=session.verifier, back=session.back)
    with transaction.atomic():
        held = _held(session)
        if held is None:
            return ""
        held.token, held.code, held.verifier = token, "", ""
        held.save(update_fields=["token", "code", "verifier", "updated_at"])
    return token


def _take_papers(session: KycSession, found: papers.Papers, at: datetime) -> None:
    if not found.kinds:
        _end(session, State.FAILED, Reason.NOTHING, at)
        return
    with transaction.atomic():
        held = _held(session)
        if held is None:
            return
        held.fetched, held.token = found.written(), ""
        held.save(update_fields=["fetched", "token", "updated_at"])
        move(held, to=State.FETCHED, by=None, at=at)
        new: dict[str, object] = {"documents": found.kinds}
        audit.record(by=None, action="digilocker.fetched", on=held, at=at, new=new)


def _try_again(session: KycSession, fault: Exception, at: datetime) -> None:
    log.warning("digilocker.no_answer", extra=_log_context(session, fault))
    when = leases.next_attempt(session.tries, waits=KycSession.WAITS, now=at)
    if when is None:
        _end(session, State.FAILED, Reason.DOWN, at)
        return
    held = KycSession.objects.held_by(session).filter(state=State.RETURNED)
    held.update(next_try_at=when, updated_at=at)


@transaction.atomic
def _end(session: KycSession, to: str, reason: str, at: datetime) -> None:
    held = _held(session)
    if held is not None:
        end(held, to=to, reason=reason, at=at)


def _held(session: KycSession) -> KycSession | None:
    """The row under lock, if this worker still has it; else another has, or it is over."""
    held = KycSession.objects.held_by(session).filter(state=session.state)
    return held.select_for_update(of=("self",)).first()


def _log_context(session: KycSession, fault: Exception) -> dict[str, object]:
    """Words of ours and numbers; nothing that came from there."""
    return {"session": str(session.pk), "tries": session.tries, "why": str(fault)}
