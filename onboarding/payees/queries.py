"""Bank accounts: status for the agent, the payee for payments, reviews and payment holds."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Agent
from hitouch.core.web.humanize import moment_text
from hitouch.core.web.queues import WorkQueue, queue_of
from onboarding.models import AccountFreeze, AccountTest, BankAccount
from onboarding.names.matching import NameMatch, compare_names

State, Reason = AccountTest.State, AccountTest.Reason
VERIFYING_TEXT = "We're verifying this account with the bank. This takes a few minutes."
LABELS = {
    State.LOOK: "Under review",
    State.PASSED: "Verified",
    State.FAILED: "Not verified",
    "STOPPED": "Payments on hold",
}
REVIEW_TEXT = "Our team is checking the name on this account. This usually takes one working day."
ON_HOLD_TEXT = (
    "Your payments are on hold because this account was reported as not yours. "
    "Our team will contact you."
)
FAILURE_TEXTS = {
    Reason.INVALID: "The bank couldn't find this account. Check the details and add it again.",
    Reason.REPLACED: "You added another account before this one was verified.",
}
NOT_VERIFIED_TEXT = "We couldn't verify this account. Add it again, or add another one."


@dataclass(frozen=True)
class Payee:
    """The account an agent is paid to."""

    bank_account_id: str
    kind: str
    holder_name: str
    ifsc: str
    last_four: str
    masked: str
    account_number: str = field(repr=False)
    vpa: str = field(repr=False)


def bank_account_of(agent: Agent) -> BankAccount | None:
    """The latest version of the agent's account, whatever its status."""
    return BankAccount.objects.filter(agent=agent).newest_first().first()


def account_in_use(agent: Agent, now: datetime) -> BankAccount | None:
    """The latest verified version past its waiting period, unless payments are on hold."""
    return BankAccount.objects.filter(agent=agent).usable_at(now).newest_first().first()


def payee_of(agent: Agent, now: datetime) -> Payee | None:
    """Where to pay the agent now, or None if no account is usable."""
    account = account_in_use(agent, now)
    if account is None:
        return None
    return Payee(
        bank_account_id=str(account.pk),
        kind=account.kind,
        holder_name=account.holder_name,
        ifsc=account.ifsc,
        last_four=account.last_four,
        masked=account.masked,
        account_number=account.account_number,
        vpa=account.vpa,
    )


def open_freeze_of(agent: Agent) -> AccountFreeze | None:
    """The agent's open payment hold, if any."""
    return AccountFreeze.objects.filter(account__agent=agent, outcome="").first()


def has_payment_hold(account: BankAccount) -> bool:
    """Whether payments of the account's agent are on hold."""
    return open_freeze_of(account.agent) is not None


def payment_holds() -> QuerySet[AccountFreeze]:
    """Open payment holds, the longest waiting first."""
    holds = AccountFreeze.objects.filter(outcome="")
    return holds.select_related("account__agent__user").order_by("at")


@dataclass(frozen=True)
class AccountStatus:
    """The latest account, its verification status, and the account in use meanwhile."""

    account: BankAccount
    state: str
    sentence: str
    in_use: BankAccount | None
    freeze: AccountFreeze | None

    @property
    def tone(self) -> str:
        """Colour of the status badge."""
        tones = {State.PASSED: "good", State.FAILED: "bad", "STOPPED": "bad", State.LOOK: "warn"}
        return tones.get(self.state, "info")

    @property
    def label(self) -> str:
        """Label of the status badge."""
        return LABELS.get(self.state, "Verifying")


def account_status_of(agent: Agent, now: datetime) -> AccountStatus | None:
    """Status of the latest account, or None if there is none."""
    account = bank_account_of(agent)
    if account is None:
        return None
    test = account.tests.order_by("-asked_at").first()
    freeze = open_freeze_of(agent)
    return AccountStatus(
        account=account,
        state="STOPPED" if freeze else test.state if test else State.DUE,
        sentence=ON_HOLD_TEXT if freeze else _status_sentence(account, test, now),
        in_use=account_in_use(agent, now),
        freeze=freeze,
    )


def _status_sentence(account: BankAccount, test: AccountTest | None, now: datetime) -> str:
    if test is None or test.state in AccountTest.UNDER_WAY:
        return VERIFYING_TEXT
    if test.state == State.LOOK:
        return REVIEW_TEXT
    if test.state == State.FAILED:
        return test.note or FAILURE_TEXTS.get(Reason(test.reason), NOT_VERIFIED_TEXT)
    if sentence := _withdrawal_sentence(account):
        return sentence
    if account.usable_from and account.usable_from > now:
        return f"Verified. Payments will go here from {moment_text(account.usable_from)}."
    return "Verified. Your payments go here."


def _withdrawal_sentence(account: BankAccount) -> str:
    ended = account.freezes.exclude(outcome=AccountFreeze.Outcome.KEPT).first()
    if ended is None:
        return ""
    if ended.outcome == AccountFreeze.Outcome.RENAMED:
        return "Your name has changed since we verified this account. Add the account again."
    return "You reported that this account is not yours. We won't send payments to it."


@dataclass(frozen=True)
class NamePair:
    """Two of the three names of an account (holder, profile, bank) and their comparison."""

    between: str
    match: NameMatch


def compared_names(test: AccountTest) -> list[NamePair]:
    """All pairs of names for the reviewer; one pair if the bank reported no name."""
    holder, profile = test.account.holder_name, test.account.agent.name
    pairs = [NamePair("Holder and profile", compare_names(holder, profile))]
    if registered := test.registered_name:
        pairs += [
            NamePair("Bank and profile", compare_names(registered, profile)),
            NamePair("Bank and holder", compare_names(registered, holder)),
        ]
    return pairs


def accounts_to_decide() -> QuerySet[AccountTest]:
    """Accounts to review, the longest waiting first."""
    return AccountTest.objects.waiting().with_people().order_by("asked_at")


def work_queues() -> list[WorkQueue]:
    """Work queues of finance: accounts to review and payments on hold."""
    queues = [
        queue_of(
            AccountTest.objects.waiting(),
            since="asked_at",
            label="Bank accounts to review",
            url=reverse("admin:onboarding_accounttest_changelist"),
            group="Money",
        ),
        queue_of(
            AccountFreeze.objects.filter(outcome=""),
            since="at",
            label="Payments on hold",
            url=reverse("admin:onboarding_accountfreeze_changelist"),
            group="Money",
        ),
    ]
    return [queue for queue in queues if queue.count]
