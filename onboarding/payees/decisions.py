"""Decisions of people about bank accounts: manual verification and payment holds."""

from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction

from accounts.models import Agent, User
from accounts.security import audit, locks
from hitouch.core.db.state_machine import InvalidTransition, transition
from hitouch.core.errors import ReasonRequired, Refusal
from onboarding import identifiers
from onboarding import notifications as onboarding_notifications
from onboarding.models import AccountFreeze, AccountTest, BankAccount
from onboarding.payees import notifications, queries, verification

State, Reason = AccountTest.State, AccountTest.Reason
LINK_LIFETIME = timedelta(days=30)


class OwnAccount(Refusal):
    """Staff cannot decide about their own account."""

    code = "own_account"
    status = 403
    message = "This is your own account. A colleague must decide."


class LinkExpired(Refusal):
    """The link of a mail is too old or invalid."""

    code = "link_is_old"
    message = "This link has expired. Log in and stop payments on the Bank account page."


class LinkUsed(LinkExpired):
    """Finance has ended the hold that this link was for."""

    code = "link_used"
    message = (
        "Our team has already looked into this account, so this link does nothing any more. If "
        "something is wrong, log in and stop payments on the Bank account page."
    )


class LinkSuperseded(LinkExpired):
    """Another account was added after the one of this link."""

    code = "link_superseded"
    message = (
        "Another account was added after this one, so this link does nothing any more. Use the "
        "link in our newest mail, or log in and stop payments on the Bank account page."
    )


@transaction.atomic
def decide_test(
    *, test: AccountTest, accept: bool, by: User, at: datetime, note: str = ""
) -> AccountTest:
    """Accept or reject an account after manual review. A rejection needs a note."""
    locked = verification.locked_verification(test.pk)
    if locked.account.agent.user_id == by.pk:
        raise OwnAccount
    if locked.state != State.LOOK:
        raise InvalidTransition
    identifiers.refuse_full_aadhaar({"note": note})
    if not accept:
        _require_note(note)
    changes = {"reason": Reason.PERSON, "note": note.strip(), "decided_by": by, "decided_at": at}
    transition(
        locked, to=State.PASSED if accept else State.FAILED, by=by, at=at, why=note, **changes
    )
    verification.notify_verdict(locked, at=at)
    return locked


def account_of_link(token: str) -> BankAccount:
    """The account that a mail's link is about; raises `LinkExpired` or one of its kinds.

    A link stops payments once: not after finance ended the hold, nor for an earlier account.
    """
    try:
        pk = signing.loads(token, salt=notifications.SALT, max_age=LINK_LIFETIME)
    except signing.BadSignature as fault:
        raise LinkExpired from fault
    account = BankAccount.objects.select_related("agent__user").filter(pk=pk).first()
    if account is None:
        raise LinkExpired
    if account.freezes.filter(outcome__in=AccountFreeze.ENDED_BY_STAFF).exists():
        raise LinkUsed
    if queries.open_freeze_of(account.agent) is None and _is_superseded(account):
        raise LinkSuperseded
    return account


def _is_superseded(account: BankAccount) -> bool:
    return account.agent.bank_accounts.filter(version__gt=account.version).exists()


@transaction.atomic
def hold_payments_by_link(*, token: str, at: datetime) -> AccountFreeze:
    """Hold payments by the link of a mail, checked again under the agent's lock."""
    locks.lock_agent_row(account_of_link(token).agent)
    return hold_payments(account=account_of_link(token), by=None, at=at)


@transaction.atomic
def hold_payments(*, account: BankAccount, by: User | None, at: datetime) -> AccountFreeze:
    """Hold all payments, and refuse other accounts, until staff have talked to the agent."""
    locked = locks.lock_agent_row(account.agent)
    existing = queries.open_freeze_of(locked)
    if existing is not None:
        return existing
    freeze = AccountFreeze.objects.create(account=account, at=at)
    new: dict[str, object] = {"account": account.masked}
    audit.record_event(by=by, action="bank_account.stopped", on=account, at=at, new=new)
    notifications.notify_held(account, at=at)
    return freeze


def hold_own_payments(*, agent: Agent, by: User, at: datetime) -> AccountFreeze | None:
    """Hold payments at the request of the logged-in agent."""
    account = queries.bank_account_of(agent)
    return hold_payments(account=account, by=by, at=at) if account else None


@transaction.atomic
def release_hold(
    *, freeze: AccountFreeze, keep: bool, why: str, by: User, at: datetime
) -> AccountFreeze:
    """Resume payments: to this account if `keep`, otherwise to the one before it."""
    if freeze.account.agent.user_id == by.pk:
        raise OwnAccount
    _require_note(why)
    outcome = AccountFreeze.Outcome.KEPT if keep else AccountFreeze.Outcome.DROPPED
    open_hold = AccountFreeze.objects.filter(pk=freeze.pk, outcome="")
    changes = {"outcome": outcome, "why": why.strip(), "ended_by": by, "ended_at": at}
    if not open_hold.update(**changes, updated_at=at):
        raise InvalidTransition
    account = freeze.account
    new: dict[str, object] = {"account": account.masked, "outcome": outcome, "why": why.strip()}
    audit.record_event(by=by, action="bank_account.stop_ended", on=account, at=at, new=new)
    onboarding_notifications.notify(
        account.agent, template="payments_go_on", at=at, account=account.masked, keep=keep
    )
    freeze.refresh_from_db()
    return freeze


def reset_name_comparison(*, agent: Agent, at: datetime) -> None:
    """After a change of name all verified accounts have to be added and compared again."""
    for account in agent.bank_accounts.verified():
        renamed = AccountFreeze.Outcome.RENAMED
        AccountFreeze.objects.create(account=account, at=at, ended_at=at, outcome=renamed)
        new: dict[str, object] = {"account": account.masked}
        audit.record_event(by=None, action="bank_account.renamed", on=account, at=at, new=new)


def _require_note(text: str) -> None:
    if not text.strip():
        raise ReasonRequired(
            "Enter a message for the agent: why the account is rejected.",
            code="why_missing",
            field="note",
        )
