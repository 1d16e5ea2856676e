"""A sample of automatic approvals, for a reviewer to look at afterwards."""

from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.security import audit, locks
from hitouch.core.crypto import blind_index
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import ReasonRequired, Refusal
from onboarding import identifiers
from onboarding.kyc import access
from onboarding.kyc.review import access_log
from onboarding.models import KycCase, KycSample

#: A draw is a number below this.
DRAWS = 10_000


class SamplePicturesNotSeen(Refusal):
    """Judged without having opened each picture."""

    code = "pictures_not_seen"
    message = "Look at each photo of this approval first."


def is_drawn(case: KycCase, *, approved_at: datetime) -> bool:
    """Whether this automatic approval is looked at: the same answer each time.

    A keyed hash of the case's id and the time: nobody without the key can tell or choose it, and
    each approval of a case is a draw of its own.
    """
    approval = f"{case.pk} {approved_at.astimezone(UTC).isoformat()}"
    draw = int(blind_index("approval-sample", approval)[:12], 16) % DRAWS
    return draw < settings.HITOUCH_APPROVAL_SAMPLE_PERCENT * DRAWS // 100


def draw_sample(*, case: KycCase, at: datetime) -> KycSample | None:
    """Add the approval to the sample if it is drawn. Runs in the transaction of the approval."""
    if not is_drawn(case, approved_at=at):
        return None
    return KycSample.objects.create(case=case, approved_at=at)


@transaction.atomic
def judge_sample(*, sample: KycSample, right: bool, by: User, at: datetime, note: str = "") -> bool:
    """Record a reviewer's look. A wrong approval needs a note.

    Ending a wrong approval is a decision of its own, `request_new_documents`. True if recorded.
    """
    locks.lock_agent_row(sample.case.agent)
    row = KycSample.objects.select_for_update(of=("self",)).get(pk=sample.pk)
    access.require_access(row.case, by)
    if row.outcome:
        raise InvalidTransition
    identifiers.refuse_full_aadhaar({"note": note})
    if not right and not note.strip():
        raise ReasonRequired(
            "Write for your colleagues what is wrong.", code="note_missing", field="note"
        )
    if access_log.pictures_not_opened(row.case, by):
        raise SamplePicturesNotSeen
    row.outcome = KycSample.Outcome.RIGHT if right else KycSample.Outcome.WRONG
    row.note, row.by, row.looked_at = note.strip(), by, at
    row.save()
    new = {"outcome": row.outcome, "note": row.note}
    audit.record_event(by=by, action="kyc.sample_judged", on=row.case, at=at, new=new)
    return True
