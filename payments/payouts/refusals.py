"""Why finance cannot do something about a payout."""

from hitouch.core.errors import Refusal


class NoBankAccount(Refusal):
    """The agent has no bank account that can be paid to."""

    code = "no_bank_account"
    message = (
        "The agent has no bank account that is verified and ready to use. "
        "The payout will be created once there is one."
    )


class AccountChanged(Refusal):
    """The agent changed their bank account after the transfer was started."""

    code = "account_changed"
    message = (
        "The agent has changed their bank account. Do not make this transfer. Mark it as failed, "
        "and a new payout will be created for the new account."
    )


class NotYourTransfer(Refusal):
    """Only the person who started the payout may see the full account number."""

    code = "not_your_transfer"
    message = "Only the person who started this payout can see the full account number."
    status = 403


class OwnTransfer(Refusal):
    """The person who started a payout cannot settle it (four-eyes principle)."""

    code = "own_transfer"
    message = "You started this payout, so someone else in finance must record its UTR."


class BadUtr(Refusal):
    """The text is not a UTR."""

    code = "bad_utr"
    message = "Enter a UTR of 12 to 22 capital letters and digits, as on the bank's receipt."
    status = 422
    field = "utr"


class UtrUsed(Refusal):
    """The UTR is already recorded for another payout."""

    code = "utr_used"
    message = "This UTR is already recorded for another payout. Check the bank's receipt."
    field = "utr"


class NotByHand(Refusal):
    """Only a transfer by hand is settled with a UTR by one further person."""

    code = "not_by_hand"
    message = "This transfer was not made by hand. Propose a decision; a second person confirms it."


class InBatch(Refusal):
    """The payout is in a batch, which is approved and sent as a whole."""

    code = "in_batch"
    message = "This payout is in a batch. Take it out of the batch first."


class PaymentOnHold(Refusal):
    """A payment that the payout carries is on hold."""

    code = "payment_on_hold"
    message = "A payment in this payout is on hold. Release the hold first."


class SendingStopped(Refusal):
    """The kill switch is off."""

    code = "sending_stopped"
    message = "Sending is stopped. Two people in finance must start it again."


class NothingPayable(Refusal):
    """No payment of the payout can be paid now."""

    code = "nothing_payable"
    message = "Nothing of this can be paid now: it is on hold, or another payout carries it."


class DecisionOpen(Refusal):
    """There is an open proposal about the payout."""

    code = "decision_open"
    message = "A colleague has already proposed something about this payout. Decide on that first."


class OwnDecision(Refusal):
    """Whoever proposed something cannot confirm it."""

    code = "own_decision"
    message = "You proposed this, so someone else in finance must confirm or decline it."


class DecisionClosed(Refusal):
    """The proposal has been decided, or the bank's answer came first."""

    code = "decision_closed"
    message = "This proposal is closed. Reload the page to see the latest status."


class VerbNotPossible(Refusal):
    """This cannot be said about a payout in this state."""

    code = "verb_not_possible"
    message = "This is not possible for a payout in this state."


class StillAsking(Refusal):
    """The provider is still being asked; people decide only after that."""

    code = "still_asking"
    message = (
        "We are still asking the payout provider about this transfer. "
        "You can decide one hour after it was sent."
    )


class OwnSwitch(Refusal):
    """Two different people start sending again."""

    code = "own_switch"
    message = "You proposed to start sending again, so someone else in finance must confirm it."


class SwitchState(Refusal):
    """The switch is already there."""

    code = "switch_state"
    message = "Sending is already in that state. Reload the page."


class HoldTooLarge(Refusal):
    """More than the payment is worth cannot be on hold."""

    code = "hold_too_large"
    message = "Enter an amount between ₹0.01 and what is still unpaid."
    status = 422
    field = "amount"
