"""The background part of a DigiLocker session: exchange the code, fetch, verify and save documents.

A worker leases the session's row; results of a worker whose lease has passed to another are
discarded. Each step is committed before the next, so that after a crash the sweep continues with
the stored token or the verified documents.
"""

import base64
import json
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import Agent
from accounts.security import audit, locks
from hitouch.core import sweeps
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal
from hitouch.core.files.stores.base import StoreUnavailable
from hitouch.core.india_time import day_of
from hitouch.core.jobs import leases
from onboarding.kyc.digilocker import client
from onboarding.kyc.digilocker.client import DocumentSource, SourceRefused, SourceUnavailable
from onboarding.kyc.digilocker.services import end_session, has_agreed
from onboarding.kyc.issued import save_aadhaar, save_pan
from onboarding.kyc.resubmission import ResubmissionIncomplete
from onboarding.kyc.services import DocumentsMissing, DocumentUnread, submit_documents
from onboarding.kyc.signed_documents import aadhaar, errors, pan, pins
from onboarding.kyc.signed_documents.aadhaar import Aadhaar
from onboarding.kyc.signed_documents.pan import Pan
from onboarding.kyc.signed_documents.verification import verified_content
from onboarding.models import KycDocument, KycSession

log = logging.getLogger(__name__)
State = KycSession.State
Reason = KycSession.Reason
#: How long one attempt may take before the sweep may lease the session again.
LEASE = timedelta(seconds=60)
SOURCE = KycDocument.Source.DIGILOCKER
#: Why the session of a document that is not accepted fails.
REASONS: dict[type[errors.DocumentRefused], KycSession.Reason] = {
    errors.SignatureInvalid: Reason.NOT_GENUINE,
    errors.UnexpectedForm: Reason.OTHER_FORM,
    errors.UnknownSigner: Reason.NEW_SIGNER,
    errors.SignerOutOfPeriod: Reason.OLD_SIGNER,
    errors.WrongDocument: Reason.OTHER_KIND,
    errors.NumberNotMasked: Reason.NOT_MASKED,
}


@dataclass(frozen=True)
class FetchedDocuments:
    """Both documents of one person, or the one that exists."""

    aadhaar: Aadhaar | None
    pan: Pan | None
    #: Why a document was left out (`KycSession.Reason`); "" when none was.
    left_out: str = ""

    @property
    def kinds(self) -> list[str]:
        """The names of the existing documents, for the audit log."""
        return [name for name in ("aadhaar", "pan") if getattr(self, name)]

    def serialize(self) -> str:
        """As JSON. It never contains a full Aadhaar number, because DigiLocker sends none."""
        documents = {name: _to_json(getattr(self, name)) for name in self.kinds}
        return json.dumps({"documents": documents, "left_out": self.left_out})


def advance_session(*, session_id: str | UUID, at: datetime) -> bool:
    """Advance one session as far as possible, if it is due. Idempotent and safe to run in parallel.

    Returns False when DigiLocker or the file store did not answer, so that a sweep stops.
    """
    session = _claim_due(session_id, at)
    if session is None:
        return True
    if session.state == State.RETURNED and not _fetch(session, at):
        return False
    try:
        save_fetched_documents(session_id=session.pk, at=at)
    except StoreUnavailable:
        return False
    return True


DUE_SESSIONS = sweeps.QueueSweep(
    name="onboarding.due_digilocker_sessions",
    due=KycSession.objects.due,
    act=lambda pk, now: advance_session(session_id=pk, at=now) or sweeps.NO_ANSWER,
    limit=50,
)


def sweep_digilocker(*, at: datetime) -> int:
    """Advance all due sessions, the longest waiting first. Returns how many."""
    return sweeps.run(DUE_SESSIONS, now=at).done


def _claim_due(session_id: str | UUID, at: datetime) -> KycSession | None:
    """Lease a due session, or return None when it is not due or has ended."""
    if not KycSession.objects.take(session_id, now=at, lease=LEASE):
        return None
    session = KycSession.objects.select_related("agent__user").get(pk=session_id)
    if session.state == State.RETURNED and session.expires_at <= at:
        _end_session(session, State.EXPIRED, "", at)
    elif session.tries > KycSession.MOST_TRIES:
        _end_session(session, State.FAILED, Reason.DOWN, at)
    elif not has_agreed(session.agent):
        _end_session(session, State.FAILED, Reason.NO_CONSENT, at)
    else:
        return session
    return None


def _fetch(session: KycSession, at: datetime) -> bool:
    """Fetch and store the documents. Returns False when DigiLocker did not answer."""
    try:
        source = _configured_source()
        token = session.token or _exchange_code(source, session, at)
        if not token:
            return True
        documents = fetch_documents(source, token, signers=client.signers(), at=at)
    except SourceUnavailable as fault:
        _schedule_retry(session, fault, at)
        return False
    except SourceRefused as fault:
        log.warning("digilocker.refused", extra=_log_context(session, fault))
        _end_session(session, State.FAILED, Reason.REFUSED, at)
    except errors.SignatureInvalid:
        _end_session(session, State.FAILED, Reason.NOT_GENUINE, at)
    else:
        _store_fetched(session, documents, at)
    return True


def _configured_source() -> DocumentSource:
    source = client.digilocker()
    if source is None:
        raise SourceUnavailable("not configured any more")
    return source


def _exchange_code(source: DocumentSource, session: KycSession, at: datetime) -> str:
    """Exchange the code and commit the token at once, because a code works only once."""
    token = source.token(code=session.code, verifier=session.verifier, back=session.back)
    with transaction.atomic():
        held = _lock_leased(session)
        if held is None:
            return ""
        held.token, held.code, held.verifier = token, "", ""
        held.save(update_fields=["token", "code", "verifier", "updated_at"])
    return token


def _store_fetched(session: KycSession, documents: FetchedDocuments, at: datetime) -> None:
    if not documents.kinds:
        _end_session(session, State.FAILED, documents.left_out or Reason.NOTHING, at)
        return
    with transaction.atomic():
        held = _lock_leased(session)
        if held is None:
            return
        held.fetched, held.token = documents.serialize(), ""
        held.save(update_fields=["fetched", "token", "updated_at"])
        transition(held, to=State.FETCHED, by=None, at=at)
        new: dict[str, object] = {"documents": documents.kinds}
        audit.record_event(by=None, action="digilocker.fetched", on=held, at=at, new=new)


def _schedule_retry(session: KycSession, fault: Exception, at: datetime) -> None:
    log.warning("digilocker.no_answer", extra=_log_context(session, fault))
    retry_at = leases.next_attempt(session.tries, waits=KycSession.WAITS, now=at)
    if retry_at is None:
        _end_session(session, State.FAILED, Reason.DOWN, at)
        return
    held = KycSession.objects.held_by(session).filter(state=State.RETURNED)
    held.update(next_try_at=retry_at, updated_at=at)


@transaction.atomic
def _end_session(session: KycSession, to: str, reason: str, at: datetime) -> None:
    held = _lock_leased(session)
    if held is not None:
        end_session(held, to=to, reason=reason, at=at)


def _lock_leased(session: KycSession) -> KycSession | None:
    """Lock the row if this worker still leases it. None if another does or it has ended."""
    held = KycSession.objects.held_by(session).filter(state=session.state)
    return held.select_for_update(of=("self",)).first()


def _log_context(session: KycSession, fault: Exception) -> dict[str, object]:
    """Log fields. Nothing that DigiLocker sent may be logged."""
    return {"session": str(session.pk), "tries": session.tries, "why": str(fault)}


@transaction.atomic
def save_fetched_documents(*, session_id: str | UUID, at: datetime) -> KycSession | None:
    """Save the fetched documents and submit the case if it is complete. Idempotent."""
    fetched = KycSession.objects.filter(pk=session_id, state=State.FETCHED)
    owner = fetched.select_related("agent").first()
    if owner is None:
        return None
    agent = locks.lock_agent_row(owner.agent)
    session = fetched.select_for_update(of=("self",)).first()
    if session is None:
        return None
    try:
        documents = deserialize_documents(session.fetched)
        with transaction.atomic():
            _save_documents(agent, documents, at)
    except StoreUnavailable:
        raise  # the next run tries again
    except Refusal as refusal:
        end_session(
            session, to=State.FAILED, reason=Reason.NOT_KEPT, note=str(refusal)[:300], at=at
        )
    else:
        end_session(session, to=State.COMPLETED, reason=documents.left_out, at=at)
    return session


def _save_documents(agent: Agent, documents: FetchedDocuments, at: datetime) -> None:
    by = agent.user
    if documents.aadhaar:
        save_aadhaar(agent=agent, aadhaar=documents.aadhaar, source=SOURCE, by=by, at=at)
    if documents.pan:
        save_pan(agent=agent, pan=documents.pan, source=SOURCE, by=by, at=at)
    # The agent uploads the rest, or it is still being read.
    with suppress(DocumentsMissing, ResubmissionIncomplete, DocumentUnread):
        submit_documents(agent=agent, by=by, at=at)


def fetch_documents(
    source: DocumentSource, token: str, *, signers: Sequence[pins.Pin], at: datetime
) -> FetchedDocuments:
    """Fetch and verify both documents.

    One that is not accepted is left out, and the other is used. One that was changed raises
    `SignatureInvalid`: then nothing else from there is believed either.
    """
    found: dict[str, Any] = {"aadhaar": None, "pan": None}
    left_out = ""
    for name, data, read in (
        ("aadhaar", source.aadhaar(token=token), read_aadhaar),
        ("pan", source.pan(token=token), read_pan),
    ):
        try:
            found[name] = read(data, signers=signers, at=at) if data else None
        except errors.DocumentRefused as fault:
            reason = REASONS[type(fault)]
            context = {"document": name, "reason": reason.value, "why": str(fault)}
            log.error("digilocker.document_refused", extra=context)
            if isinstance(fault, errors.SignatureInvalid):
                raise
            left_out = left_out or reason.value
    return FetchedDocuments(**found, left_out=left_out)


def read_aadhaar(data: bytes, *, signers: Sequence[pins.Pin], at: datetime) -> Aadhaar:
    """The person of an e-Aadhaar, verified. Raises `DocumentRefused`."""
    signed = verified_content(
        data, pins=signers, purpose=pins.AADHAAR, issued=aadhaar.issue_times, at=at
    )
    return aadhaar.parse_ekyc(signed, today=day_of(at))


def read_pan(data: bytes, *, signers: Sequence[pins.Pin], at: datetime) -> Pan:
    """The holder of a PAN record, verified. Raises `DocumentRefused`."""
    issued = partial(pan.issue_times, at=at)
    signed = verified_content(data, pins=signers, purpose=pins.PAN, issued=issued, at=at)
    return pan.parse_pan_record(signed, today=day_of(at))


def deserialize_documents(text: str) -> FetchedDocuments:
    """The reverse of `FetchedDocuments.serialize`."""
    stored = json.loads(text)
    # Sessions that were fetched before documents could be left out are stored without a level.
    documents = {
        name: _from_json(values) for name, values in stored.get("documents", stored).items()
    }
    ekyc, card = documents.get("aadhaar"), documents.get("pan")
    return FetchedDocuments(
        Aadhaar(**ekyc) if ekyc else None,
        Pan(**card) if card else None,
        stored.get("left_out", ""),
    )


def _to_json(document: Aadhaar | Pan) -> dict[str, Any]:
    values = dict(vars(document))
    birth_on, portrait = values["birth_on"], values.get("portrait")
    values["birth_on"] = birth_on.isoformat() if birth_on else None
    if portrait is not None:
        values["portrait"] = base64.b64encode(portrait).decode()
    return values


def _from_json(stored: dict[str, Any]) -> dict[str, Any]:
    values = dict(stored)
    if values["birth_on"]:
        values["birth_on"] = date.fromisoformat(values["birth_on"])
    if "portrait" in values:
        values["portrait"] = base64.b64decode(values["portrait"])
    return values
