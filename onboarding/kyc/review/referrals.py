"""Cases that reviewers pass on: to a senior, for a second opinion, or as suspected fraud.

The agent sees none of it: the case stays under review, and no message is sent.
"""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.security import audit, locks
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import ReasonRequired
from onboarding import identifiers
from onboarding.kyc import access
from onboarding.kyc.review import services
from onboarding.models import KycCase, KycReferral


@transaction.atomic
def refer_case(*, case: KycCase, kind: str, note: str, by: User, at: datetime) -> KycReferral:
    """Pass a claimed case on, with a note for colleagues. It keeps its position in the queue."""
    locks.lock_agent_row(case.agent)
    _require_note(note)
    identifiers.refuse_full_aadhaar({"note": note})
    row = services.lock_claimed_case(case, by)
    row.referrals.open().update(ended_at=at, ended_by=by, answer="Passed on.", updated_at=at)
    referral = KycReferral.objects.create(
        case=row, kind=KycReferral.Kind(kind), note=note.strip(), by=by, at=at
    )
    row.reviewer, row.claimed_at = None, None
    row.save(update_fields=["reviewer", "claimed_at", "updated_at"])
    new = {"kind": referral.kind, "note": referral.note}
    audit.record_event(by=by, action="kyc.referred", on=row, at=at, new=new)
    return referral


@transaction.atomic
def return_case(*, case: KycCase, answer: str, by: User, at: datetime) -> KycReferral:
    """End the referral of a claimed case without a decision: it returns to the queue of all."""
    locks.lock_agent_row(case.agent)
    _require_note(answer)
    identifiers.refuse_full_aadhaar({"answer": answer})
    row = services.lock_claimed_case(case, by)
    access.require_access(row, by)
    referral = row.referrals.open().first()
    if referral is None:
        raise InvalidTransition
    referral.answer, referral.ended_at, referral.ended_by = answer.strip(), at, by
    referral.save(update_fields=["answer", "ended_at", "ended_by", "updated_at"])
    row.reviewer, row.claimed_at = None, None
    row.save(update_fields=["reviewer", "claimed_at", "updated_at"])
    new = {"kind": referral.kind, "answer": referral.answer}
    audit.record_event(by=by, action="kyc.referral_returned", on=row, at=at, new=new)
    return referral


def _require_note(text: str) -> None:
    if not text.strip():
        raise ReasonRequired("Write a note for your colleagues.", code="note_missing", field="note")
