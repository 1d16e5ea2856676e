"""Sign-up: a contact, a code and a password become an account and its agent."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts import contacts, signals
from accounts.authentication.services import passwords
from accounts.consents import services as consents
from accounts.models import Agent, Consent, OneTimeCode, User
from accounts.one_time_codes import grants
from accounts.one_time_codes import services as one_time_codes
from accounts.one_time_codes.requesters import ANYBODY, Requester
from accounts.security import audit
from hitouch.core.errors import Refusal

PURPOSE = OneTimeCode.Purpose.SIGN_UP


class AccountExists(Refusal):
    """The contact has an account. Only shown after the code, to whoever controls the contact."""

    code = "account_exists"
    message = "This contact already has an account. Log in instead."


def begin_sign_up(*, contact: str, at: datetime, requester: Requester = ANYBODY) -> str:
    """Send a code and return the ticket for it.

    If the contact has an account, its owner is notified instead; the response is the same.
    """
    if User.objects.with_contact(contact).exists():
        template = "accounts/account_exists"
        row = one_time_codes.issue_decoy(
            purpose=PURPOSE, contact=contact, template=template, at=at, requester=requester
        )
    else:
        row = one_time_codes.issue(purpose=PURPOSE, contact=contact, at=at, requester=requester)
    return one_time_codes.issue_ticket(code=row, contact=contact)


def confirm_sign_up(*, ticket: str, code: str, at: datetime) -> str:
    """Check the code. Returns the grant to set a password."""
    row, contact = one_time_codes.check_with_ticket(
        purpose=PURPOSE, ticket=ticket, code=code, at=at
    )
    return grants.issue_grant(code=row, contact=contact, at=at)


def finish_sign_up(
    *, grant: str, password: str, at: datetime, where: str = Consent.Where.PAGE, network: str = ""
) -> User:
    """Create the account, its consents and its agent. Never changes an existing account."""
    granted = grants.read_grant(grant, purpose=PURPOSE, at=at)
    granted.require_unused()
    user = _new_user(granted.contact, at)
    passwords.require_strong(password=password, user=user)
    user.set_password(password)
    try:
        with transaction.atomic():
            granted.use_up(at=at)
            user.save(force_insert=True)
            consents.give_required(user=user, at=at, where=where, network=network)
            create_agent(user, at)
    except IntegrityError as taken:
        raise AccountExists from taken
    return user


def _new_user(contact: str, at: datetime) -> User:
    if contacts.is_email(contact):
        return User(email=contact, email_verified_at=at, status=User.Status.ACTIVE)
    return User(phone=contact, phone_verified_at=at, status=User.Status.ACTIVE)


def create_agent(user: User, at: datetime) -> None:
    """Create the agent of a new account, in the transaction that creates the account."""
    agent = Agent.objects.create(user=user)
    audit.record_event(by=user, action="account.opened", on=user, at=at)
    signals.agent_joined.send(sender=Agent, agent=agent)
