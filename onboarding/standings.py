"""Where an agent's newest account stands, in words for them."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Agent
from hitouch.core.humanize import moment_text
from onboarding import payees
from onboarding.models import AccountFreeze, AccountTest, BankAccount

State, Reason = AccountTest.State, AccountTest.Reason
BEING_TESTED = "We are checking this account with the bank. This takes a few minutes."
LABELS = {
    State.LOOK: "A colleague looks",
    State.PASSED: "Verified",
    State.FAILED: "Not verified",
    "STOPPED": "Payments stopped",
}
LOOKED_AT = "A colleague is comparing the names. This usually takes a working day."
STOPPED = (
    "Payments are stopped, because somebody told us that this account is not yours. "
    "A colleague will talk to you first."
)
WHY_NOT = {
    Reason.INVALID: "The bank knows no such account. Check the details and add it again.",
    Reason.REPLACED: "You gave another account before this one was checked.",
}
NOT_VERIFIED = "We could not verify this account. Add it again, or use another one."


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
        return LABELS.get(self.state, "Being checked")


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
        return f"Verified. Your payments go there from {moment_text(account.usable_from)} on."
    return "Verified. Your payments go there."


def _why_taken_back(account: BankAccount) -> str:
    ended = account.freezes.exclude(outcome=AccountFreeze.Outcome.KEPT).first()
    if ended is None:
        return ""
    if ended.outcome == AccountFreeze.Outcome.RENAMED:
        return "Your name has changed since we compared it with the bank's. Give the account again."
    return "You told us that this account is not yours. Nothing goes there."
