"""A reviewer asks for single documents once more, each with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts import audit
from accounts.models import User
from hitouch.core.errors import Refusal
from hitouch.core.states import move
from onboarding.models import KycAsk, KycCase
from onboarding.services import asked, guards
from onboarding.services.review import take_hold


class NothingAsked(Refusal):
    """Sent back without a document, with one twice, or with one that is not there."""

    code = "nothing_asked"
    status = 422
    field = "documents"
    message = "Select each document to be uploaded again, with a reason."


@dataclass(frozen=True)
class ResubmissionItem:
    """One kind of document that has to come again, and why."""

    kind: str
    reason: str
    note: str = ""


@transaction.atomic
def ask_for_pictures(
    *, case: KycCase, wanted: Sequence[ResubmissionItem], by: User, at: datetime
) -> list[KycAsk]:
    """Send the documents back for these alone; the others stay as they are."""
    agent = guards.lock(case.agent)
    kinds = [each.kind for each in wanted]
    guards.refuse_full_aadhaar({"note": [each.note for each in wanted]})
    row = take_hold(case, by)
    there = {document.kind: document for document in row.documents.current()}
    if not kinds or len(kinds) != len(set(kinds)) or set(kinds) - set(there):
        raise NothingAsked
    asks = [
        asked.ask(there[each.kind], reason=each.reason, note=each.note.strip(), by=by, at=at)
        for each in wanted
    ]
    why = "; ".join(map(str, asks))
    reason = KycCase.Reason.SOME_AGAIN
    move(row, to=KycCase.State.REJECTED, by=by, at=at, why=why, decided_at=at, reason=reason)
    reasons = {each.kind: each.reason for each in wanted}
    audit.record(by=by, action="kyc.asked_again", on=row, at=at, new={"reasons": reasons})
    guards.tell(agent, template="documents_asked_again", at=at, asks=asks)
    return asks
