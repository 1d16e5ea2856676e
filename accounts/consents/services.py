"""Giving and withdrawing a consent; every change is kept as a row."""

from datetime import datetime

from django.db import transaction

from accounts.consents import registry
from accounts.models import Consent, User
from accounts.security import audit, locks
from hitouch.core.errors import Refusal


class UnknownPurpose(Refusal):
    """There is no such purpose."""

    code = "unknown_purpose"
    status = 422
    field = "purpose"
    message = "There is no consent with that name."


class ConsentRequired(Refusal):
    """The account needs this consent."""

    code = "consent_required"
    field = "purpose"
    message = "This consent is required for your account. To withdraw it, close your account."


class NoConsent(Refusal):
    """There is no consent to withdraw."""

    code = "no_consent"
    field = "purpose"
    message = "You haven't agreed to this, or have already withdrawn it."


def give_consent(
    *, user: User, purpose: str, at: datetime, where: str, network: str = ""
) -> Consent:
    """Agree to the current version of a purpose. Repeating it changes nothing."""
    version = _get_purpose(purpose).version
    with transaction.atomic():
        locks.lock_account(user.pk)
        live = user.consents.live().filter(purpose=purpose)
        same = live.filter(version=version).first()
        if same is not None:
            return same
        live.update(replaced_at=at, updated_at=at)
        return _create_consent(user, purpose, version, at, where, network)


def give_required(*, user: User, at: datetime, where: str, network: str = "") -> None:
    """Agree to every required purpose."""
    for purpose in registry.required_purposes():
        give_consent(user=user, purpose=purpose.name, at=at, where=where, network=network)


@transaction.atomic
def withdraw_consent(*, user: User, purpose: str, at: datetime) -> None:
    """Withdraw an optional consent."""
    if _get_purpose(purpose).required:
        raise ConsentRequired
    if not user.consents.live().filter(purpose=purpose).update(withdrawn_at=at, updated_at=at):
        raise NoConsent
    audit.record_event(
        by=user, action="consent.withdrawn", on=user, at=at, new={"purpose": purpose}
    )


def _get_purpose(purpose: str) -> registry.ConsentPurpose:
    registered = registry.purposes().get(purpose)
    if registered is None:
        raise UnknownPurpose
    return registered


def _create_consent(
    user: User, purpose: str, version: str, at: datetime, where: str, network: str
) -> Consent:
    new: dict[str, object] = {"purpose": purpose, "version": version}
    audit.record_event(by=user, action="consent.given", on=user, at=at, new=new)
    return Consent.objects.create(
        user=user, purpose=purpose, version=version, given_at=at, where=where, network=network
    )
