"""A worker fetches what an agent allowed us to see, verifies it, and puts it in place.

The row carries the work: whoever takes it has a lease, and what a worker brings after its lease
was taken by another is dropped. Each step is committed before the next begins, so that a worker
that dies leaves a token or verified documents behind, and the sweep goes on from there.
"""

import base64
import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from cryptography import x509
from django.db import transaction

from accounts.models import Agent
from accounts.security import audit, locks
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal
from hitouch.core.jobs import leases
from onboarding.kyc.digilocker import client
from onboarding.kyc.digilocker.client import DocumentSource, SourceRefused, SourceUnavailable
from onboarding.kyc.digilocker.services import end_session, has_agreed
from onboarding.kyc.issued import keep_aadhaar, keep_pan
from onboarding.kyc.resubmission import ResubmissionIncomplete
from onboarding.kyc.services import DocumentsMissing, submit_documents
from onboarding.kyc.signed_documents import aadhaar as signed_documents_aadhaar
from onboarding.kyc.signed_documents import pan
from onboarding.kyc.signed_documents.aadhaar import Aadhaar
from onboarding.kyc.signed_documents.pan import Pan
from onboarding.kyc.signed_documents.xmldsig import SignatureInvalid, verified_content
from onboarding.models import KycDocument, KycSession

log = logging.getLogger(__name__)
State = KycSession.State
Reason = KycSession.Reason
#: How long one try may take before the sweep takes the session up again.
LEASE = timedelta(seconds=60)
SOURCE = KycDocument.Source.DIGILOCKER


def advance_session(*, session_id: str | UUID, at: datetime) -> bool:
    """Take one session as far as it goes, if it is due; harmless twice and at once.

    False when DigiLocker could not be asked, so that nobody stands in line before it.
    """
    session = _take(session_id, at)
    if session is None:
        return True
    if session.state == State.RETURNED and not _fetch(session, at):
        return False
    save_fetched_documents(session_id=session.pk, at=at)
    return True


def sweep_digilocker(*, at: datetime, limit: int = 50) -> int:
    """Go on with every session that is due, the longest waiting first. Returns how many."""
    ids = KycSession.objects.due_ids(at, limit=limit)
    return leases.work_while_answered(ids, lambda pk: advance_session(session_id=pk, at=at))


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
        found = fetch_documents(source, token, pinned=client.signers(), at=at)
    except SourceUnavailable as fault:
        _try_again(session, fault, at)
        return False
    except SourceRefused as fault:
        log.warning("digilocker.refused", extra=_log_context(session, fault))
        _end(session, State.FAILED, Reason.REFUSED, at)
    except SignatureInvalid as fault:
        log.error("digilocker.not_genuine", extra=_log_context(session, fault))
        _end(session, State.FAILED, Reason.NOT_GENUINE, at)
    else:
        _take_papers(session, found, at)
    return True


def _source() -> DocumentSource:
    source = client.digilocker()
    if source is None:
        raise SourceUnavailable("not configured any more")
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


@dataclass(frozen=True)
class FetchedDocuments:
    """Both documents of one person, or the one that is there."""

    aadhaar: Aadhaar | None
    pan: Pan | None

    @property
    def kinds(self) -> list[str]:
        """Their names, for the record."""
        return [name for name in ("aadhaar", "pan") if getattr(self, name)]

    def written(self) -> str:
        """As JSON. Of an Aadhaar no whole number is in it, because none ever came."""
        return json.dumps({name: _to_json(getattr(self, name)) for name in self.kinds})


def _take_papers(session: KycSession, found: FetchedDocuments, at: datetime) -> None:
    if not found.kinds:
        _end(session, State.FAILED, Reason.NOTHING, at)
        return
    with transaction.atomic():
        held = _held(session)
        if held is None:
            return
        held.fetched, held.token = found.written(), ""
        held.save(update_fields=["fetched", "token", "updated_at"])
        transition(held, to=State.FETCHED, by=None, at=at)
        new: dict[str, object] = {"documents": found.kinds}
        audit.record_event(by=None, action="digilocker.fetched", on=held, at=at, new=new)


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
        end_session(held, to=to, reason=reason, at=at)


def _held(session: KycSession) -> KycSession | None:
    """The row under lock, if this worker still has it; else another has, or it is over."""
    held = KycSession.objects.held_by(session).filter(state=session.state)
    return held.select_for_update(of=("self",)).first()


def _log_context(session: KycSession, fault: Exception) -> dict[str, object]:
    """Words of ours and numbers; nothing that came from there."""
    return {"session": str(session.pk), "tries": session.tries, "why": str(fault)}


def fetch_documents(
    source: DocumentSource, token: str, *, pinned: list[x509.Certificate], at: datetime
) -> FetchedDocuments:
    """Both documents, each believed only for its signature; one false one spoils both."""
    aadhaar, record = source.aadhaar(token=token), source.pan(token=token)
    return FetchedDocuments(
        signed_documents_aadhaar.parse_ekyc(verified_content(aadhaar, pinned=pinned, at=at))
        if aadhaar
        else None,
        pan.parse_pan_record(verified_content(record, pinned=pinned, at=at)) if record else None,
    )


def deserialize_documents(text: str) -> FetchedDocuments:
    """What `written` wrote."""
    told = {name: _from_json(facts) for name, facts in json.loads(text).items()}
    aadhaar, card = told.get("aadhaar"), told.get("pan")
    return FetchedDocuments(Aadhaar(**aadhaar) if aadhaar else None, Pan(**card) if card else None)


def _to_json(document: Aadhaar | Pan) -> dict[str, Any]:
    facts = dict(vars(document))
    born, portrait = facts["birth_on"], facts.get("portrait")
    facts["birth_on"] = born.isoformat() if born else None
    if portrait is not None:
        facts["portrait"] = base64.b64encode(portrait).decode()
    return facts


def _from_json(plain: dict[str, Any]) -> dict[str, Any]:
    facts = dict(plain)
    if facts["birth_on"]:
        facts["birth_on"] = date.fromisoformat(facts["birth_on"])
    if "portrait" in facts:
        facts["portrait"] = base64.b64decode(facts["portrait"])
    return facts


@transaction.atomic
def save_fetched_documents(*, session_id: str | UUID, at: datetime) -> KycSession | None:
    """Put them in place and send them, if all that is needed is there now. Harmless twice."""
    fetched = KycSession.objects.filter(pk=session_id, state=State.FETCHED)
    owner = fetched.select_related("agent").first()
    if owner is None:
        return None
    agent = locks.lock_agent_row(owner.agent)
    session = fetched.select_for_update(of=("self",)).first()
    if session is None:
        return None
    try:
        with transaction.atomic():
            _keep(agent, deserialize_documents(session.fetched), at)
    except Refusal as refusal:
        end_session(
            session, to=State.FAILED, reason=Reason.NOT_KEPT, note=str(refusal)[:300], at=at
        )
    else:
        end_session(session, to=State.COMPLETED, at=at)
    return session


def _keep(agent: Agent, found: FetchedDocuments, at: datetime) -> None:
    by = agent.user
    if found.aadhaar:
        keep_aadhaar(agent=agent, aadhaar=found.aadhaar, source=SOURCE, by=by, at=at)
    if found.pan:
        keep_pan(agent=agent, pan=found.pan, source=SOURCE, by=by, at=at)
    with suppress(DocumentsMissing, ResubmissionIncomplete):  # the page asks for it
        submit_documents(agent=agent, by=by, at=at)
