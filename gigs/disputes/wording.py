"""What happens by the end of a dispute, in plain words for both sides."""

from gigs.models import Dispute, DisputeResolution
from gigs.models.disputes import ResolutionAction as Action
from hitouch.core.money import rupees


def result_of(dispute: Dispute, resolution: DisputeResolution | None) -> str:
    """One or two sentences."""
    if resolution is None:
        return "The dispute was withdrawn. Nothing changes."
    amount = rupees(resolution.amount_paise)
    paid = f"The agent gets {amount} before tax and fees, out of what was reserved for the gig."
    words = {
        Action.NOTHING: "Nothing changes.",
        Action.PAY: paid,
        Action.REDUCE_PAY: (
            f"{amount} is taken off the pay of the work, once our finance team has confirmed it."
        ),
        Action.REOPEN_WORK: (
            "The rejected work is reviewed again. The client has 7 days to decide; after that it "
            "is approved."
        ),
        Action.EXCUSE_SHIFT: "The missed shift is excused and does not count against the agent.",
        Action.HIDE_RATING: "The rating is hidden and does not count any more.",
    }
    text = words[Action(resolution.action)]
    is_paid_too = resolution.action == Action.EXCUSE_SHIFT and resolution.amount_paise
    return f"{text} {paid}" if is_paid_too else text
