"""Where an agent's newest account stands, in words for them."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Agent
from hitouch.core.humanize import moment_text
from onboarding import payees
from onboarding.models import AccountFreeze, AccountTest, BankAccount

State, Reason = AccountTest.State, AccountTest.Reason
BEING_TESTED = "We're verifying this account with the bank. This takes a few minutes."
LABELS = {
    State.LOOK: "Under review",
    State.PASSED: "Verified",
    State.FAILED: "Not verified",
    "STOPPED": "Payments on hold",
}
LOOKED_AT = "Our team is checking the name on this account. This usually takes one working day."
STOPPED = (
    "Your payments are on hold because this account was reported as not yours. "
    "Our team will contact you."
)
WHY_NOT = {
    Reason.INVALID: "The bank couldn't find this account. Check the details and add it again.",
    Reason.REPLACED: "You added another account before this one was verified.",
}
NOT_VERIFIED = "We couldn't verify this account. Add it again, or add another one."


@dataclass(frozen=True)
class AccountStatus:
    """The newest account, what is known about it, and the one in use meanwhile."""

    account: BankAccount
    state: str
    sentence: str
    in_use: BankAccount | None
    freeze: AccountFreeze | None

    @property
    def tone(self) -> str:
        """The colour of its badge."""
        tones = {State.PASSED: "good", State.FAILED: "bad", "STOPPED": "bad", State.LOOK: "warn"}
        return tones.get(self.state, "info")

    @property
    def label(self) -> str:
        """The state in two words, as the agent sees it."""
        return LABELS.get(self.state, "Verifying")


def standing_of(agent: Agent, now: datetime) -> AccountStatus | None:
    """Where the newest account stands, in words; None when there is none yet."""
    account = payees.bank_account_of(agent)
    if account is None:
        return None
    test = account.tests.order_by("-asked_at").first()
    freeze = payees.open_freeze_of(agent)
    return AccountStatus(
        account=account,
        state="STOPPED" if freeze else test.state if test else State.DUE,
        sentence=STOPPED if freeze else _sentence(account, test, now),
        in_use=payees.account_in_use(agent, now),
        freeze=freeze,
    )


def _sentence(account: BankAccount, test: AccountTest | None, now: datetime) -> str:
    if test is None or test.state in AccountTest.UNDER_WAY:
        return BEING_TESTED
    if test.state == State.LOOK:
        return LOOKED_AT
    if test.state == State.FAILED:
        return test.note or WHY_NOT.get(Reason(test.reason), NOT_VERIFIED)
    if taken_back := _why_taken_back(account):
        return taken_back
    if account.usable_from and account.usable_from > now:
        return f"Verified. Payments will go here from {moment_text(account.usable_from)}."
    return "Verified. Your payments go here."


def _why_taken_back(account: BankAccount) -> str:
    ended = account.freezes.exclude(outcome=AccountFreeze.Outcome.KEPT).first()
    if ended is None:
        return ""
    if ended.outcome == AccountFreeze.Outcome.RENAMED:
        return "Your name has changed since we verified this account. Add the account again."
    return "You reported that this account is not yours. We won't send payments to it."
