"""The review of results: hold them, claim a case, decide it, rule on single entries.

Who decides locks the sitting first and its case after it; so of two reviewers, or of a decision and
an appeal that arrive together, one is first and the other sees what it did.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from accounts.security import audit
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import ReasonRequired, Refusal
from hitouch.core.web.humanize import date_text, moment_text
from proctoring import conf, notifications, signals
from proctoring.delivery.locks import lock_sitting, lock_sitting_in
from proctoring.grading.services import release_result, update_level
from proctoring.invitations.services import grant_attempt
from proctoring.models import Observation, ReviewCase, Ruling, Sitting
from proctoring.results.ledger import path_of
from proctoring.review import queries, risk
from proctoring.setup.identity_review.services import confirm_same_person

Verdict = ReviewCase.Verdict
STATE_OF = {
    Verdict.CLEAR: Sitting.State.CLEARED,
    Verdict.UPHOLD: Sitting.State.UPHELD,
    Verdict.VOID: Sitting.State.VOIDED,
}
#: What an agent reads whose result was cleared without other words.
CLEAR_REASON = "A person looked at your test. Your result counts."


class ReviewTaken(Refusal):
    """Another reviewer has claimed the case."""

    code = "review_taken"
    message = "Another reviewer is working on this case. Take the next one."


class OtherReviewerNeeded(Refusal):
    """Whoever decided before, or ended the sitting, may not decide now."""

    code = "other_reviewer_needed"
    message = (
        "You decided about this assessment before, or you ended it. Another reviewer must decide."
    )


class AppealsUnanswered(Refusal):
    """Contested entries wait for an answer."""

    code = "appeals_unanswered"
    message = "The agent contests entries of this assessment. Answer these first."


class NothingToReview(Refusal):
    """No case waits for this reviewer."""

    code = "nothing_to_review"
    status = 404
    message = "Nothing waits for you. New cases appear here as assessments end."


class EntryNotRuled(Refusal):
    """The rules said nothing about this entry yet, or the sitting goes on."""

    code = "entry_not_ruled"
    message = "This entry cannot be judged yet."


class EntrySettled(Refusal):
    """An appeal about the entry was answered; that is final."""

    code = "entry_settled"
    message = "The agent contested this entry and has an answer. It stays as it is."


def open_case(
    locked: Sitting, *, reasons: Sequence[str], at: datetime, due_at: datetime | None = None
) -> ReviewCase:
    """Open a case about a locked sitting, or add the reasons to the open one."""
    due_at = due_at or at + conf.result_review_time()
    found = queries.open_case_of(locked)
    if found is None:
        score = risk.risk_of(queries.facts_of(locked)).total
        return ReviewCase.objects.create(
            sitting=locked, reasons=list(reasons), risk=score, opened_at=at, due_at=due_at
        )
    found.reasons = list(dict.fromkeys([*found.reasons, *reasons]))
    found.due_at = min(found.due_at, due_at)
    found.save(update_fields=["reasons", "due_at", "updated_at"])
    return found


@transaction.atomic
def hold_result(*, sitting: Sitting, reasons: Sequence[str], at: datetime) -> ReviewCase:
    """Open the review of a graded result, and tell the agent until when it takes."""
    case = open_case(lock_sitting(sitting), reasons=reasons, at=at)
    tell(sitting, "result_held", at=at, until=moment_text(case.due_at))
    return case


@transaction.atomic
def claim_case(*, case: ReviewCase, by: User, at: datetime) -> ReviewCase:
    """Claim a case, so that no second reviewer works on it."""
    if queries.is_involved(case.sitting, by):
        raise OtherReviewerNeeded
    lasts_until = at - queries.CLAIM_LASTS
    free = Q(claimed_by=None) | Q(claimed_by=by) | Q(claimed_at__lte=lasts_until)
    rows = ReviewCase.objects.open().filter(free, pk=case.pk)
    if not rows.update(claimed_by=by, claimed_at=at, updated_at=at):
        case.refresh_from_db(fields=["decided_at"])
        raise ReviewTaken if case.decided_at is None else InvalidTransition
    case.claimed_by, case.claimed_at = by, at
    return case


@transaction.atomic
def claim_next(*, by: User, at: datetime) -> ReviewCase:
    """Claim the first case of the queue for this reviewer, or go on with their own."""
    rows = queries.claimable_by(by, at).select_for_update(of=("self",), skip_locked=True)
    case = rows.first()
    if case is None:
        raise NothingToReview
    return claim_case(case=case, by=by, at=at)


@transaction.atomic
def release_case(*, case: ReviewCase, by: User, at: datetime) -> ReviewCase:
    """Give a claimed case back. It keeps its position in the queue."""
    own = ReviewCase.objects.open().filter(pk=case.pk, claimed_by=by)
    if not own.update(claimed_by=None, claimed_at=None, updated_at=at):
        raise ReviewTaken
    case.claimed_by = case.claimed_at = None
    return case


@transaction.atomic
def decide_case(
    *, case: ReviewCase, verdict: str, reason: str, by: User, at: datetime
) -> ReviewCase:
    """Decide about a held result: it counts, it does not, or it is void with a new attempt."""
    locked = lock_sitting(case.sitting)
    row = lock_case(case, by=by, at=at)
    reason = reason.strip() or (CLEAR_REASON if verdict == Verdict.CLEAR else "")
    require_reason(reason)
    if locked.state != Sitting.State.FLAGGED:
        raise InvalidTransition
    if queries.waiting_appeals(locked).exists():
        raise AppealsUnanswered
    if verdict == Verdict.VOID:
        grant_attempt(sitting=locked, by=by, at=at)
    close_case(row, verdict=verdict, reason=reason, by=by, at=at)
    _apply(locked, verdict, reason=reason, by=by, at=at)
    return row


def lock_case(case: ReviewCase, *, by: User, at: datetime) -> ReviewCase:
    """Lock an open case after its sitting and claim it, unless another has claimed it."""
    row = ReviewCase.objects.select_for_update(of=("self",)).get(pk=case.pk)
    if row.decided_at is not None:
        raise InvalidTransition
    return claim_case(case=row, by=by, at=at)


def close_case(row: ReviewCase, *, verdict: str, reason: str, by: User, at: datetime) -> None:
    """Record the decision on a locked case."""
    row.verdict, row.reason, row.decided_by, row.decided_at = verdict, reason, by, at
    row.save(update_fields=["verdict", "reason", "decided_by", "decided_at", "updated_at"])


def require_reason(reason: str) -> None:
    """Raise `ReasonRequired` for an empty reason."""
    if not reason.strip():
        raise ReasonRequired(
            "Enter a reason. The agent will see it.", code="reason_needed", field="reason"
        )


def _apply(locked: Sitting, verdict: str, *, reason: str, by: User, at: datetime) -> None:
    state = STATE_OF[Verdict(verdict)]
    if state == Sitting.State.CLEARED:
        clear_locked(locked, by=by, at=at)
        return
    withdraw_result(locked, to=state, reason=reason, by=by, at=at)


def clear_locked(locked: Sitting, *, by: User, at: datetime) -> None:
    """Let the result of a locked sitting count, and confirm that the photo shows the agent."""
    was = locked.state
    confirm_same_person(sitting=locked, by=by, at=at)
    transition(locked, to=Sitting.State.CLEARED, by=by, at=at, decision_reason="")
    if was != Sitting.State.GRADED:
        release_result(locked, at)
    audit.record_event(by=by, action="sitting.cleared", on=locked, at=at, old={"state": was})


def withdraw_result(locked: Sitting, *, to: str, reason: str, by: User, at: datetime) -> None:
    """Take the result of a locked sitting back, and tell the agent."""
    was = locked.state
    transition(locked, to=to, by=by, at=at, why=reason, decision_reason=reason)
    update_level(locked.agent, at)
    signals.sitting_voided.send(sender=Sitting, sitting=locked)
    action = "sitting.upheld" if to == Sitting.State.UPHELD else "sitting.voided"
    new: dict[str, object] = {"state": to, "reason": reason}
    audit.record_event(by=by, action=action, on=locked, at=at, old={"state": was}, new=new)
    tell(
        locked,
        "result_upheld" if to == Sitting.State.UPHELD else "result_voided",
        at=at,
        reason=reason,
        appeal_until=date_text(at + conf.appeal_window()),
    )


@transaction.atomic
def clear_sitting(*, sitting: Sitting, by: User, at: datetime) -> Sitting:
    """Confirm the result: of a held sitting by its case, of a released one directly."""
    case = queries.open_case_of(sitting)
    if sitting.state == Sitting.State.FLAGGED and case is not None:
        decide_case(case=case, verdict=Verdict.CLEAR, reason="", by=by, at=at)
        return lock_sitting(sitting)
    locked = lock_sitting_in(sitting, Sitting.State.GRADED)
    clear_locked(locked, by=by, at=at)
    return locked


@transaction.atomic
def void_sitting(*, sitting: Sitting, reason: str, by: User, at: datetime) -> Sitting:
    """Cancel a result that counts, or an upheld one, and update the agent's level."""
    require_reason(reason)
    locked = lock_sitting(sitting)
    case = queries.open_case_of(locked)
    if case is not None:
        if queries.waiting_appeals(locked).exists():
            raise AppealsUnanswered
        row = lock_case(case, by=by, at=at)
        close_case(row, verdict=Verdict.VOID, reason=reason.strip(), by=by, at=at)
    withdraw_result(locked, to=Sitting.State.VOIDED, reason=reason.strip(), by=by, at=at)
    return locked


@transaction.atomic
def rule_observation(
    *, observation: Observation, verdict: str, reason: str, by: User, at: datetime
) -> Ruling:
    """Confirm or dismiss what the rules made of an entry. The entry itself stays as it is."""
    locked = lock_sitting(observation.sitting)
    if locked.state not in Sitting.SCORED:
        raise EntryNotRuled
    if queries.is_involved(locked, by):
        raise OtherReviewerNeeded
    case = queries.open_case_of(locked)
    if case is not None:
        lock_case(case, by=by, at=at)
    appeal = observation.appeals.first()
    if appeal is not None:
        raise AppealsUnanswered if appeal.decided_at is None else EntrySettled
    return add_ruling(observation, verdict=verdict, reason=reason, by=by, at=at)


def add_ruling(
    observation: Observation, *, verdict: str, reason: str, by: User, at: datetime
) -> Ruling:
    """Add a person's ruling on an entry of a locked sitting. The same one twice is one."""
    require_reason(reason)
    rulings = list(observation.rulings.order_by("number"))
    if not rulings:
        raise EntryNotRuled
    newest = rulings[-1]
    if newest.verdict == verdict and newest.by_id == by.pk:
        return newest
    by_rules = [row for row in rulings if row.verdict == Ruling.Verdict.AUTOMATIC][-1]
    is_dismissed = verdict == Ruling.Verdict.DISMISSED
    ruling = Ruling.objects.create(
        sitting_id=observation.sitting_id,
        observation=observation,
        number=newest.number + 1,
        policy_id=by_rules.policy_id,
        severity=by_rules.severity,
        standing=Ruling.Standing.NOTED if is_dismissed else by_rules.standing,
        points=0 if is_dismissed else by_rules.points,
        submits=by_rules.submits,
        verdict=verdict,
        by=by,
        reason=reason.strip()[:300],
        at=at,
    )
    audit.record_event(
        by=by, action=f"observation.{verdict.lower()}", on=observation, at=at,
        new={"ruling": ruling.number},
    )  # fmt: skip
    return ruling


def tell(sitting: Sitting, template: str, *, at: datetime, **context: object) -> None:
    """Tell the agent of a sitting something about it."""
    notifications.notify(
        sitting.agent,
        template=template,
        at=at,
        path=path_of(sitting, template),
        about=str(sitting.pk),
        assessment=sitting.assessment.title,
        **context,
    )
