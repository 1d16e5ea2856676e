"""Where an agent's money goes. Each change is a new version, tested, noted and told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import Agent, User
from accounts.security import audit, locks
from hitouch.core.crypto import blind_index
from hitouch.core.db.state_machine import transition
from hitouch.core.errors import Refusal
from hitouch.core.india_time import next_day
from hitouch.core.jobs.dispatch import enqueue_on_commit
from onboarding import identifiers
from onboarding.models import AccountFreeze, AccountTest, BankAccount
from onboarding.payees import notifications, queries, rules
from onboarding.reference import ifsc as reference_ifsc

Kind = BankAccount.Kind


class InvalidIfsc(Refusal):
    """Not the form of an IFSC."""

    code = "bad_ifsc"
    status = 422
    field = "ifsc"
    message = "Enter an 11-character IFSC, such as HDFC0001234."


class UnknownBranch(Refusal):
    """The form is right, and no branch has it."""

    code = "unknown_branch"
    status = 422
    field = "ifsc"
    message = (
        "We couldn't find this IFSC. Check it against your passbook. It may have changed if your "
        "bank merged with another. If it's correct, contact us from the Help page."
    )


class InvalidAccountNumber(Refusal):
    """Not the form of an Indian account number."""

    code = "bad_account_number"
    status = 422
    field = "account_number"
    message = "Enter an account number of 9 to 18 digits."


class InvalidVpa(Refusal):
    """Not the form of a UPI address."""

    code = "bad_vpa"
    status = 422
    field = "vpa"
    message = "Enter a UPI ID such as name@bank."


class TooManyAccounts(Refusal):
    """Each account costs a test, and a thief tries many."""

    code = "too_many_accounts"
    message = "You've added too many accounts today. Try again tomorrow."


class PaymentsStopped(Refusal):
    """Somebody said that an account is not theirs; a person has to sort it out."""

    code = "payments_stopped"
    message = (
        "Your payments are on hold because an account was reported as not yours. "
        "Our team will contact you. You can't add another account until then."
    )


@dataclass(frozen=True)
class _Written:
    """An account in the one form in which it is kept."""

    kind: str
    ifsc: str = ""
    number: str = ""
    vpa: str = ""

    @property
    def index(self) -> str:
        return blind_index("bank-account", self.vpa or f"{self.ifsc} {self.number}")

    def columns(self) -> dict[str, str]:
        shown = rules.masked_vpa(self.vpa) if self.vpa else self.number[-4:]
        return {
            "kind": self.kind,
            "ifsc": self.ifsc,
            "account_number": self.number,
            "vpa": self.vpa,
            "handle": self.vpa.partition("@")[2],
            "last_four": shown,
            "number_index": self.index,
        }


@transaction.atomic
def save_bank_account(
    *,
    agent: Agent,
    holder_name: str,
    by: User,
    at: datetime,
    kind: str = Kind.BANK,
    ifsc: str = "",
    account_number: str = "",
    vpa: str = "",
) -> BankAccount:
    """Keep a new version of the account and have it tested, unless nothing changed."""
    held = locks.lock_active_agent(agent)
    identifiers.refuse_full_aadhaar({"holder_name": holder_name, "vpa": vpa})
    if queries.open_freeze_of(held):
        raise PaymentsStopped
    written = _upi(vpa) if kind == Kind.UPI else _bank(ifsc, account_number)
    was = queries.bank_account_of(held)
    if was and _is_same(was, written, holder_name):
        return _test_again(held, was, at)
    _require_room(held, at)
    account = BankAccount.objects.create(
        agent=held,
        version=was.version + 1 if was else 1,
        holder_name=holder_name,
        added_at=at,
        usable_from=at + timedelta(hours=settings.HITOUCH_ACCOUNT_COOLING_HOURS),
        **written.columns(),
    )
    _set_others_aside(account, at)
    schedule_verification(account, at=at)
    _note(was, account, by, at)
    return account


def _is_same(was: BankAccount, written: _Written, holder_name: str) -> bool:
    """Whether nothing changed; one that was taken back is given anew, as another version."""
    details = (was.number_index, was.holder_name) == (written.index, holder_name)
    return details and not was.freezes.exclude(outcome=AccountFreeze.Outcome.KEPT).exists()


def schedule_verification(
    account: BankAccount, *, at: datetime, due: datetime | None = None
) -> AccountTest:
    """Write down that the account is to be tested, and ring for it."""
    test = AccountTest.objects.create(account=account, asked_at=at, next_try_at=due or at)
    enqueue_on_commit("onboarding.tasks.test_account", test_id=str(test.pk))
    return test


def _bank(ifsc: str, account_number: str) -> _Written:
    code, number = rules.normalise_ifsc(ifsc), rules.normalise_account_number(account_number)
    if not rules.IFSC.fullmatch(code):
        raise InvalidIfsc
    if reference_ifsc.bank_of(code) is None:
        raise UnknownBranch
    if not rules.ACCOUNT_NUMBER.fullmatch(number):
        raise InvalidAccountNumber
    return _Written(Kind.BANK, ifsc=code, number=number)


def _upi(vpa: str) -> _Written:
    address = rules.normalise_vpa(vpa)
    if not rules.VPA.fullmatch(address):
        raise InvalidVpa
    return _Written(Kind.UPI, vpa=address)


def _test_again(agent: Agent, account: BankAccount, at: datetime) -> BankAccount:
    """The same account once more changes nothing; one that was not verified is tested anew."""
    if not account.tests.exclude(state=AccountTest.State.FAILED).exists():
        _require_room(agent, at)
        schedule_verification(account, at=at)
    return account


def _require_room(agent: Agent, at: datetime) -> None:
    asked = AccountTest.objects.filter(
        account__agent=agent, asked_at__gte=next_day(at) - timedelta(days=1)
    )
    if asked.count() >= settings.HITOUCH_ACCOUNT_TESTS_A_DAY:
        raise TooManyAccounts


def _set_others_aside(account: BankAccount, at: datetime) -> None:
    """Nobody spends a rupee or a look on an account that was replaced."""
    others = AccountTest.objects.filter(account__agent=account.agent).exclude(account=account)
    for test in others.exclude(state__in=AccountTest.OVER).select_for_update(of=("self",)):
        why = AccountTest.Reason.REPLACED
        transition(test, to=AccountTest.State.FAILED, by=None, at=at, reason=why, decided_at=at)


def _note(was: BankAccount | None, account: BankAccount, by: User, at: datetime) -> None:
    old: dict[str, object] = {"account": was.masked, "ifsc": was.ifsc} if was else {}
    new: dict[str, object] = {"account": account.masked, "ifsc": account.ifsc}
    audit.record_event(by=by, action="bank_account.saved", on=account, at=at, old=old, new=new)
    notifications.notify_saved(account, was=was, at=at)
