"""Second factors: enrolling an app, naming and removing, and who has to keep one."""

import base64
import secrets
from datetime import datetime

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts import locks, queries
from accounts.demands import demands_factor
from accounts.models import User
from accounts.news import News, tell
from accounts.services.security import note_second_factor
from hitouch.core.errors import Refusal

Type = Authenticator.Type
GONE = {Type.TOTP: News.APP_REMOVED, Type.WEBAUTHN: News.PASSKEY_REMOVED}


class LastFactor(Refusal):
    """Staff, and who may promise money for a client, are never without one."""

    code = "last_factor"
    message = (
        "Your account needs two-step verification. Set up another method before you remove "
        "this one."
    )


class NoSuchFactor(Refusal):
    """Not theirs, or gone already."""

    code = "no_such_factor"
    status = 404
    message = "That passkey or app has already been removed."


def enrol_app(*, user: User, setup_key: str = "") -> tuple[str, list[str]]:
    """An authenticator app and recovery codes for an account that is being made.

    Answers with the set-up key and the codes; neither can be read again later.
    """
    adapter = get_adapter()
    key = setup_key or base64.b32encode(secrets.token_bytes(20)).decode()
    Authenticator.objects.create(user=user, type=Type.TOTP, data={"secret": adapter.encrypt(key)})
    seed = adapter.encrypt(secrets.token_hex(40))
    recovery = Authenticator.objects.create(
        user=user, type=Type.RECOVERY_CODES, data={"seed": seed, "used_mask": 0}
    )
    return key, recovery.wrap().get_unused_codes()


@transaction.atomic
def remove_factor(*, user: User, factor_id: int, at: datetime) -> None:
    """Remove an app or a passkey; with the last one go the recovery codes."""
    # Of two who are removed at the same moment the second is looked at when the first is gone.
    owner = locks.account(user.pk)
    passing = Authenticator.objects.filter(user=owner, type__in=queries.PASSING)
    factor = passing.filter(pk=factor_id).first()
    if factor is None:
        raise NoSuchFactor
    is_last = not passing.exclude(pk=factor.pk).exists()
    if is_last and demands_factor(owner):
        raise LastFactor
    note_second_factor(user=owner, kind=factor.type, happened="removed", at=at)
    factor.delete()
    if is_last:
        Authenticator.objects.filter(user=owner, type=Type.RECOVERY_CODES).delete()
    tell(contact=owner.contact, news=GONE[Type(factor.type)], at=at)


@transaction.atomic
def forget_app(*, user: User, at: datetime, with_codes: bool) -> None:
    """Make room for another app: in the caller's transaction, right before it is enrolled.

    `with_codes` when the recovery codes are lost as well.
    """
    going = [Type.TOTP, Type.RECOVERY_CODES] if with_codes else [Type.TOTP]
    for factor in Authenticator.objects.select_for_update().filter(user=user, type__in=going):
        note_second_factor(user=user, kind=factor.type, happened="removed", at=at)
        factor.delete()


def rename_passkey(*, user: User, factor_id: int, name: str) -> None:
    """Call it something else."""
    with transaction.atomic():
        mine = Authenticator.objects.select_for_update().filter(user=user, type=Type.WEBAUTHN)
        factor = mine.filter(pk=factor_id).first()
        if factor is None:
            raise NoSuchFactor
        factor.data["name"] = name
        factor.save(update_fields=["data"])
