"""Making staff: an active account with roles and a second factor from the first moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.adapter import get_adapter
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from accounts import audit, contacts, roles
from accounts.models import User
from accounts.services import factors, passwords, sign_up
from hitouch.core.errors import Refusal


class UnknownRole(Refusal):
    """The role is not in the file."""

    code = "unknown_role"
    status = 422
    field = "role"


@dataclass(frozen=True)
class NewStaff:
    """What the new colleague needs once: nothing of it can be read again later."""

    user: User
    setup_key: str
    setup_url: str
    recovery_codes: list[str]


def create_staff(
    *,
    contact: str,
    password: str,
    role_names: Sequence[str],
    by: User | None,
    at: datetime,
    setup_key: str = "",
) -> NewStaff:
    """Make the account, give the roles, enrol an authenticator app and recovery codes."""
    if unknown := set(role_names) - set(roles.all_roles()):
        raise UnknownRole(f"There is no role {', '.join(sorted(unknown))} in roles.yaml.")
    kind = "email" if contacts.is_email(contact) else "phone"
    facts = {kind: contact, f"{kind}_verified_at": at}
    user = User(status=User.Status.ACTIVE, is_staff=True, **facts)
    passwords.require_strong(password=password, user=user)
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            user.groups.set(Group.objects.filter(name__in=role_names))
            new: dict[str, object] = {"roles": sorted(role_names)}
            audit.record(by=by, action="staff.created", on=user, at=at, new=new)
            return _enrolled(user, setup_key)
    except IntegrityError as taken:
        raise sign_up.AccountExists from taken


def _enrolled(user: User, setup_key: str) -> NewStaff:
    key, codes = factors.enrol_app(user=user, setup_key=setup_key)
    url = get_adapter().build_totp_url(user, key)
    return NewStaff(user=user, setup_key=key, setup_url=url, recovery_codes=codes)
