"""Giving a consent and withdrawing it; each is a row that stays."""

from datetime import datetime

from django.db import transaction

from accounts.consents import registry
from accounts.models import Consent, User
from accounts.security import audit, locks
from hitouch.core.errors import Refusal


class UnknownPurpose(Refusal):
    """Nothing that anybody is asked for."""

    code = "unknown_purpose"
    status = 422
    field = "purpose"
    message = "There is no consent with that name."


class ConsentRequired(Refusal):
    """An account can not be without it."""

    code = "consent_required"
    field = "purpose"
    message = "This consent is required for your account. To withdraw it, close your account."


class NoConsent(Refusal):
    """There is nothing to withdraw."""

    code = "no_consent"
    field = "purpose"
    message = "You haven't agreed to this, or have already withdrawn it."


def give_consent(
    *, user: User, purpose: str, at: datetime, where: str, network: str = ""
) -> Consent:
    """Agree to the present version. Agreeing again to the same one changes nothing."""
    version = _known(purpose).version
    with transaction.atomic():
        locks.lock_account(user.pk)
        live = user.consents.live().filter(purpose=purpose)
        same = live.filter(version=version).first()
        if same is not None:
            return same
        live.update(replaced_at=at, updated_at=at)
        return _write(user, purpose, version, at, where, network)


def give_required(*, user: User, at: datetime, where: str, network: str = "") -> None:
    """Agree to everything that an account needs."""
    for purpose in registry.required_purposes():
        give_consent(user=user, purpose=purpose.name, at=at, where=where, network=network)


@transaction.atomic
def withdraw_consent(*, user: User, purpose: str, at: datetime) -> None:
    """Take a consent back that the account can be without."""
    if _known(purpose).required:
        raise ConsentRequired
    if not user.consents.live().filter(purpose=purpose).update(withdrawn_at=at, updated_at=at):
        raise NoConsent
    audit.record_event(
        by=user, action="consent.withdrawn", on=user, at=at, new={"purpose": purpose}
    )


def _known(purpose: str) -> registry.ConsentPurpose:
    found = registry.purposes().get(purpose)
    if found is None:
        raise UnknownPurpose
    return found


def _write(
    user: User, purpose: str, version: str, at: datetime, where: str, network: str
) -> Consent:
    new: dict[str, object] = {"purpose": purpose, "version": version}
    audit.record_event(by=user, action="consent.given", on=user, at=at, new=new)
    return Consent.objects.create(
        user=user, purpose=purpose, version=version, given_at=at, where=where, network=network
    )
