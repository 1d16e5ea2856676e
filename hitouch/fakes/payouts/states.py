"""States of a RazorpayX payout, their documented edges, and what can happen to one."""

from dataclasses import dataclass, field

#: https://razorpay.com/docs/x/payouts/states-life-cycle/. That a processed payout can be reversed
#: is on that page only; the page on webhooks denies it.
EDGES = {
    "": ("pending", "queued", "scheduled", "processing"),
    "pending": ("queued", "scheduled", "processing", "rejected"),
    "queued": ("processing", "cancelled", "failed"),
    "scheduled": ("processing", "cancelled", "failed"),
    "processing": ("processed", "reversed", "failed"),
    "processed": ("reversed",),
    "failed": ("reversed",),
    "reversed": ("failed",),
}
#: The event of a state. A cancelled payout sends none.
EVENTS = {
    "pending": "payout.pending", "queued": "payout.queued", "processing": "payout.initiated",
    "processed": "payout.processed", "reversed": "payout.reversed", "failed": "payout.failed",
    "rejected": "payout.rejected",
}  # fmt: skip
#: source and description of each reason, as documented.
DETAILS = {
    "pending_approval": ("business", "Workflow for the payout is pending approval."),
    "low_balance": ("business", "Payout is queued as there is insufficient balance."),
    "partner_bank_pending": ("internal", "Payout is being processed by our partner bank."),
    "beneficiary_bank_confirmation_pending": (
        "beneficiary_bank", "Confirmation of credit is pending from the beneficiary bank.",
    ),
    "payout_processed": ("beneficiary_bank", "The money has been credited."),
    "bank_account_closed": (
        "beneficiary_bank", "Payout failed as the beneficiary account is closed.",
    ),
    "beneficiary_bank_offline": ("beneficiary_bank", "Beneficiary bank systems are offline."),
    "beneficiary_bank_rejected": ("beneficiary_bank", "Payout rejected by the beneficiary bank."),
    "insufficient_funds": ("business", "Payout failed due to insufficient funds."),
    "server_error": ("internal", "Payout failed. Contact support for help."),
}  # fmt: skip
SCHEDULED_REASON = {
    "pending": "pending_approval", "queued": "low_balance", "processing": "partner_bank_pending",
    "processed": "payout_processed", "reversed": "beneficiary_bank_rejected",
    "failed": "bank_account_closed", "rejected": "beneficiary_bank_rejected",
}  # fmt: skip
DAY = 86_400.0
QUEUED_AT_MOST = 90 * DAY
#: "Deemed success": IMPS and UPI may stay `processing` until the third working day.
DEEMED = 3 * DAY


@dataclass(frozen=True)
class PlannedChange:
    """A later change: after so many delays of the bank plus seconds."""

    delays: float
    status: str
    reason: str = ""
    has_utr: bool = True
    is_debited_back: bool = True
    seconds: float = 0
    only: dict[str, str] = field(default_factory=dict)


#: What the bank does with a payout once it is `processing`.
OUTCOMES: dict[str, tuple[PlannedChange, ...]] = {
    "well": (PlannedChange(1, "processed"),),
    "failed": (PlannedChange(1, "failed"),),
    "reversed": (PlannedChange(1, "reversed", "beneficiary_bank_offline"),),
    "returned": (PlannedChange(1, "processed"), PlannedChange(1, "reversed", seconds=DEEMED)),
    "late_utr": (PlannedChange(1, "processed", has_utr=False), PlannedChange(3, "processed")),
    "slow": (
        PlannedChange(1, "processing", "beneficiary_bank_confirmation_pending"),
        PlannedChange(1, "processed", seconds=DEEMED),
    ),
    "failed_reversed": (
        PlannedChange(1, "failed", "server_error", is_debited_back=False),
        PlannedChange(2, "reversed", "server_error"),
    ),
    "reversed_failed": (PlannedChange(1, "reversed"), PlannedChange(2, "failed")),
}
#: The outcome by the last four digits of the account number, so that it can be tried by hand.
#: For a UPI address it is the word before the @.
BY_NUMBER = {
    "8001": "failed", "8002": "reversed", "8003": "returned", "8004": "late_utr", "8005": "slow",
    "8006": "failed_reversed", "8007": "reversed_failed",
}  # fmt: skip


def allows(was: str, became: str) -> bool:
    """Whether RazorpayX documents this change of state; staying the same is an update."""
    return became == was or became in EDGES.get(was, ())
