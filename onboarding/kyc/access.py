"""Which staff may see and decide an agent's documents, by person and referral."""

from accounts.models import User
from hitouch.core.errors import Refusal
from onboarding.models import KycCase

SENIOR_ROLE = "senior_reviewer"


class OwnDocuments(Refusal):
    """Reviewers may not handle their own documents."""

    code = "own_documents"
    message = "These are your own documents. Another reviewer must check them."


class SeniorReviewerRequired(Refusal):
    """The case was escalated or is suspected fraud."""

    code = "senior_required"
    status = 403
    message = "This review was passed on to a senior reviewer."


def is_senior(user: User) -> bool:
    """Whether the user decides on what reviewers pass on; the admin role may as well."""
    return user.has_role(SENIOR_ROLE)


def refuse_own_case(case: KycCase, by: User) -> None:
    """Raise `OwnDocuments` if the case is this person's own."""
    if case.agent.user_id == by.pk:
        raise OwnDocuments


def require_access(case: KycCase, by: User) -> None:
    """Refuse one's own case, and to others than seniors one that was passed on to them."""
    refuse_own_case(case, by)
    if not is_senior(by) and case.referrals.to_seniors().exists():
        raise SeniorReviewerRequired
