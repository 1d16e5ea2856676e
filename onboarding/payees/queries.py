"""Where an agent's newest account stands, in words for them."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Min, QuerySet
from django.urls import reverse

from accounts.models import Agent
from hitouch.core.web.humanize import moment_text
from hitouch.core.web.queues import WorkQueue
from onboarding.models import AccountFreeze, AccountTest, BankAccount
from onboarding.names.matching import NameMatch, compare_names

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


def account_status_of(agent: Agent, now: datetime) -> AccountStatus | None:
    """Where the newest account stands, in words; None when there is none yet."""
    account = bank_account_of(agent)
    if account is None:
        return None
    test = account.tests.order_by("-asked_at").first()
    freeze = open_freeze_of(agent)
    return AccountStatus(
        account=account,
        state="STOPPED" if freeze else test.state if test else State.DUE,
        sentence=STOPPED if freeze else _sentence(account, test, now),
        in_use=account_in_use(agent, now),
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


@dataclass(frozen=True)
class Payee:
    """Where an agent's money goes: one version of one account."""

    bank_account_id: str
    kind: str
    holder_name: str
    ifsc: str
    last_four: str
    masked: str
    account_number: str = field(repr=False)
    vpa: str = field(repr=False)


def bank_account_of(agent: Agent) -> BankAccount | None:
    """The newest version of the agent's account, whatever is known about it."""
    return BankAccount.objects.filter(agent=agent).newest_first().first()


def account_in_use(agent: Agent, now: datetime) -> BankAccount | None:
    """The newest version that is verified and past its wait, while nobody stopped payments."""
    return BankAccount.objects.filter(agent=agent).usable_at(now).newest_first().first()


def payee_of(agent: Agent, now: datetime) -> Payee | None:
    """Where to send the agent's money now, or None while there is no account to trust."""
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
    """What stops the agent's payments, if somebody said that it was not them."""
    return AccountFreeze.objects.filter(account__agent=agent, outcome="").first()


@dataclass(frozen=True)
class NamePair:
    """Two of the three names of an account, and what they say about each other."""

    between: str
    match: NameMatch


def compared_names(test: AccountTest) -> list[NamePair]:
    """Each name of an account with each other one, for who decides; without the bank's, one."""
    holder, profile = test.account.holder_name, test.account.agent.name
    pairs = [NamePair("Holder and profile", compare_names(holder, profile))]
    if told := test.registered_name:
        pairs += [
            NamePair("Bank and profile", compare_names(told, profile)),
            NamePair("Bank and holder", compare_names(told, holder)),
        ]
    return pairs


def accounts_to_decide() -> QuerySet[AccountTest]:
    """Accounts that a colleague decides about, the longest waiting first."""
    return AccountTest.objects.waiting().with_people().order_by("asked_at")


def has_payment_hold(account: BankAccount) -> bool:
    """Whether the payments of this account's agent are stopped."""
    return open_freeze_of(account.agent) is not None


def payment_holds() -> QuerySet[AccountFreeze]:
    """Agents whose payments are stopped, the longest waiting first."""
    open_ones = AccountFreeze.objects.filter(outcome="")
    return open_ones.select_related("account__agent__user").order_by("at")


def _waiting_accounts() -> list[WorkQueue]:
    url = reverse("admin:onboarding_accounttest_changelist")
    tests = AccountTest.objects.waiting().aggregate(count=Count("id"), oldest=Min("asked_at"))
    stops = AccountFreeze.objects.filter(outcome="").aggregate(count=Count("id"), oldest=Min("at"))
    stopped_url = reverse("admin:onboarding_accountfreeze_changelist")
    found = [
        WorkQueue("Bank accounts to review", tests["count"], tests["oldest"], url, "Money"),
        WorkQueue("Payments on hold", stops["count"], stops["oldest"], stopped_url, "Money"),
    ]
    return [queue for queue in found if queue.count]
