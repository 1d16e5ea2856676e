"""Log-in with Google: finding, creating, linking and unlinking accounts by Google's `sub`."""

from dataclasses import dataclass
from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from accounts import contacts
from accounts.authentication.services import signup
from accounts.mfa import queries as mfa_queries
from accounts.models import User
from accounts.security import audit, locks
from accounts.security.locks import AccountNotActive
from accounts.security.notifications import SecurityNotification, notify
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact

PROVIDER = "google"


@dataclass(frozen=True)
class GoogleAccount:
    """The verified claims of a Google account."""

    sub: str
    email: str
    email_verified: bool


class GoogleAddressUnverified(Refusal):
    """Google has not verified the address."""

    code = "google_address_unverified"
    status = 403
    message = (
        "Google has not verified the email address of that account. "
        "Verify it with Google, or sign up with a code."
    )


class GoogleAddressTaken(Refusal):
    """An account has the address but never verified it."""

    code = "google_address_taken"
    message = (
        "An account with that email address already exists, but the address isn't verified. "
        "Log in another way, then link Google on your account page."
    )


class OtherGoogleAccount(Refusal):
    """The account with this address is linked to another Google account."""

    code = "other_google_account"
    message = (
        "The account with that email address is linked to a different Google account. Use "
        "that one, or log in another way."
    )


class GoogleAccountTaken(Refusal):
    """The Google account is linked to somebody else's account."""

    code = "google_account_taken"
    message = (
        "That Google account is linked to another HitouchCX account. Log in there to unlink it."
    )


class LastLoginMethod(Refusal):
    """Without it the user could not log in any more."""

    code = "last_way_in"
    message = "Google is your only way to log in. Set a password or add a passkey first."


class NotLinked(Refusal):
    """No Google account is linked."""

    code = "google_not_linked"
    message = "No Google account is linked to your account."


def log_in_with_google(*, account: GoogleAccount, at: datetime) -> User:
    """The active user of a Google account; creates an account if there is none."""
    user = _linked_user(account)
    if user is None:
        try:
            user = _create_or_link(account, at)
        except IntegrityError:
            # The same person logged in from another tab at the same time.
            user = _linked_user(account)
            if user is None:
                raise GoogleAddressTaken from None
    if not user.is_active:
        raise AccountNotActive
    return user


@transaction.atomic
def link_google(*, user: User, account: GoogleAccount, at: datetime) -> None:
    """Link this Google account to the account of a user who has just re-authenticated."""
    owner = locks.lock_account(user.pk)
    linked = _linked_user(account)
    if linked is not None and linked.pk != owner.pk:
        raise GoogleAccountTaken
    if linked is None:
        _link(owner, account, at)


@transaction.atomic
def unlink_google(*, user: User, at: datetime) -> None:
    """Remove the link, unless it is the last way to log in."""
    owner = locks.lock_account(user.pk)
    links = SocialAccount.objects.filter(user=owner, provider=PROVIDER)
    if not links.exists():
        raise NotLinked
    if not has_other_login_method(owner):
        raise LastLoginMethod
    links.delete()
    audit.record_event(by=owner, action="account.google_unlinked", on=owner, at=at)
    notify(user=owner, notification=SecurityNotification.GOOGLE_UNLINKED, at=at)


def has_other_login_method(user: User) -> bool:
    """Whether there is a password, a passkey, or a verified contact for codes."""
    confirmed = user.email_verified_at or user.phone_verified_at
    return bool(
        confirmed or user.has_usable_password() or mfa_queries.has_factor(user, ["webauthn"])
    )


def linked_address(user: User) -> str:
    """The masked address of the linked Google account; empty without one."""
    link = SocialAccount.objects.filter(user=user, provider=PROVIDER).first()
    return str(link.extra_data.get("email", "A Google account")) if link else ""


def _linked_user(account: GoogleAccount) -> User | None:
    links = SocialAccount.objects.select_related("user")
    link = links.filter(provider=PROVIDER, uid=account.sub).first()
    return link.user if link else None


@transaction.atomic
def _create_or_link(account: GoogleAccount, at: datetime) -> User:
    if not account.email_verified:
        raise GoogleAddressUnverified
    address = contacts.parse(account.email)
    owner = User.objects.select_for_update(no_key=True).filter(email=address).first()
    if owner is None:
        owner = User(email=address, email_verified_at=at, status=User.Status.ACTIVE)
        owner.set_unusable_password()
        owner.save(force_insert=True)
        signup.create_agent(owner, at)
        _link(owner, account, at, notify_owner=False)
    else:
        _link_to_existing(owner, account, at)
    return owner


def _link_to_existing(owner: User, account: GoogleAccount, at: datetime) -> None:
    if owner.email_verified_at is None:
        raise GoogleAddressTaken
    if not owner.is_active:
        raise AccountNotActive
    _link(owner, account, at)


def _link(owner: User, account: GoogleAccount, at: datetime, *, notify_owner: bool = True) -> None:
    linked = SocialAccount.objects.filter(user=owner, provider=PROVIDER).first()
    if linked is not None and linked.uid != account.sub:
        raise OtherGoogleAccount
    if linked is not None:
        return
        # linked from another tab at the same time
    SocialAccount.objects.create(
        user=owner,
        provider=PROVIDER,
        uid=account.sub,
        extra_data={"email": mask_contact(account.email)},
    )
    audit.record_event(by=owner, action="account.google_linked", on=owner, at=at)
    if notify_owner:
        notify(user=owner, notification=SecurityNotification.GOOGLE_LINKED, at=at)
