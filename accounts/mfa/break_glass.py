"""Letting in staff who lost their second factor: a token from the console, for one hour, once."""

import secrets
from datetime import datetime

from django.db import transaction

from accounts.bridge.models import BreakGlass
from accounts.mfa.services import WrongSecondFactor
from accounts.models import User
from accounts.models.users import ADMIN_ROLE
from accounts.security import audit, rate_limits
from accounts.security.notifications import SecurityNotification, notify
from hitouch.core.crypto import keyed_hash
from hitouch.core.errors import Refusal
from hitouch.core.masking import mask_contact

#: Looks like no other code, so that it is never counted as a wrong one of the app.
MARK = "GLASS"
#: Neither 0 and O nor 1 and I.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH, GROUP = 20, 5


class NotStaff(Refusal):
    """The way for everybody else is a recovery code, or support."""

    code = "not_staff"
    message = (
        "Break-glass tokens are only for active staff. Others can use a recovery code or "
        "contact support."
    )


@transaction.atomic
def make_break_glass(*, user: User, why: str, at: datetime) -> str:
    """The token, shown only now. An older one stops working; the person and all admins hear."""
    if not (user.is_staff and user.is_active):
        raise NotStaff
    letters = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    BreakGlass.objects.filter(user=user, used_at=None).delete()
    made = BreakGlass.objects.create(
        user=user,
        name="break-glass",
        token_hash=_hash(user, letters),
        expires_at=at + BreakGlass.LIFETIME,
    )
    audit.record_event(by=None, action="staff.break_glass_made", on=user, at=at, new={"why": why})
    _tell(made, SecurityNotification.BREAK_GLASS_MADE, at)
    groups = (letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))
    return "-".join((MARK, *groups))


def is_break_glass(code: str) -> bool:
    """Whether what was typed is meant as a break-glass token."""
    return _plain(code).startswith(MARK)


def use_break_glass(*, user: User, code: str, at: datetime) -> BreakGlass:
    """Use the token up, under the limits of every other second factor."""
    spent = rate_limits.SECOND_FACTOR.spend(str(user.pk), at=at)
    letters = _plain(code).removeprefix(MARK)
    with transaction.atomic():
        mine = BreakGlass.objects.live(at).filter(user=user, token_hash=_hash(user, letters))
        found = mine.first()
        if found is None or not mine.update(used_at=at):
            raise WrongSecondFactor
        audit.record_event(by=user, action="staff.break_glass_used", on=user, at=at)
        _tell(found, SecurityNotification.BREAK_GLASS_USED, at)
    spent.give_back()
    return found


def sweep_break_glass(*, at: datetime) -> int:
    """Remove tokens whose hour is over; a session that was opened with one has no gate then."""
    return BreakGlass.objects.filter(expires_at__lte=at).delete()[0]


def _tell(made: BreakGlass, news: SecurityNotification, at: datetime) -> None:
    admins = User.objects.filter(groups__name=ADMIN_ROLE, status=User.Status.ACTIVE)
    contacts = {made.user.contact, *(admin.contact for admin in admins)}
    for contact in sorted(contacts):
        notify(contact=contact, news=news, at=at, who=mask_contact(made.user.contact))


def _plain(code: str) -> str:
    return "".join(code.split()).replace("-", "").upper()


def _hash(user: User, letters: str) -> str:
    return keyed_hash("break-glass", f"{user.pk} {letters}")
