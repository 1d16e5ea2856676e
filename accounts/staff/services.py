"""Staff actions on accounts: suspending, reactivating, creating staff, changing and applying roles.

What concerns an account with admin rights, and every change of roles, takes two people: `by`
requested it and `approved_by` approved it (accounts/access). `by` is None for a command on the
server; all admins are notified then.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.adapter import get_adapter
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, connection, transaction

from accounts import contacts, signals
from accounts.access.queries import active_admins
from accounts.authentication.services import passwords, signup
from accounts.mfa import services as mfa
from accounts.models import TokenFamily, User
from accounts.models.users import ADMIN_ROLE
from accounts.notices import services as notices
from accounts.security import audit, locks
from accounts.security.notifications import SecurityNotification, notify, notify_admins
from accounts.security.second_person import require_second_person
from accounts.sessions import services as sessions
from accounts.staff.roles import all_roles
from hitouch.core.errors import ReasonRequired, Refusal
from hitouch.core.masking import mask_contact

#: Key of the PostgreSQL advisory lock that serialises who is an active admin.
ADMINS_LOCK = 7_401_965
_STATUS_BEFORE = {
    str(User.Status.SUSPENDED): User.Status.ACTIVE,
    str(User.Status.ACTIVE): User.Status.SUSPENDED,
}
VIEW_VERBS = ("view",)
CHANGE_VERBS = ("view", "add", "change")
GroupPermission = Group.permissions.through


class CannotSuspendYourself(Refusal):
    """Nobody can suspend their own account."""

    code = "not_yourself"
    message = "You cannot suspend your own account."


class StatusUnchanged(Refusal):
    """The account does not have the status that this starts from."""

    code = "standing_unchanged"
    message = "This can't be done in the account's current status."


class LastAdmin(Refusal):
    """Somebody has to be able to run the platform."""

    code = "last_admin"
    message = "This is the only active admin. Make somebody else an admin first."


class NotAStaffAccount(Refusal):
    """Only accounts of staff have roles; they are made by `create_staff`."""

    code = "not_a_staff_account"
    message = (
        "This is not a staff account, so it can't have roles. "
        "Create a separate account for staff work with manage.py create_staff."
    )


class RolesUnchanged(Refusal):
    """The person has exactly these roles."""

    code = "roles_unchanged"
    field = "roles"
    message = "The person already has exactly these roles."


class RolesWithoutStaff(Refusal):
    """Who leaves the staff has no roles."""

    code = "roles_without_staff"
    status = 422
    field = "roles"
    message = "Clear all roles of a person who leaves the staff."


class UnknownRole(Refusal):
    """The role is not in `roles.yaml`."""

    code = "unknown_role"
    status = 422
    field = "role"


@dataclass(frozen=True)
class NewStaff:
    """What the new staff member needs to log in; none of it can be read again."""

    user: User
    setup_key: str
    setup_url: str
    recovery_codes: list[str]


def check_status_change(*, user: User, to: str, by: User | None) -> None:
    """Refuse to suspend or reactivate this account now."""
    if to == User.Status.SUSPENDED:
        if by is not None and user.pk == by.pk:
            raise CannotSuspendYourself
        if user.status == User.Status.ACTIVE and user.has_admin_rights:
            _require_another_admin(user)
    if user.status != _STATUS_BEFORE[to]:
        raise StatusUnchanged


@transaction.atomic
def suspend(
    *, user: User, by: User | None, at: datetime, why: str, approved_by: User | None = None
) -> None:
    """Suspend an active account and end its sessions; the user is notified."""
    if by is not None and user.pk == by.pk:
        raise CannotSuspendYourself
    if not why.strip():
        raise ReasonRequired(
            "Enter a reason, so that your colleagues can answer the person.",
            code="no_reason_given",
            field="why",
        )
    _change_status(user, User.Status.SUSPENDED, by=by, approved_by=approved_by, at=at, why=why)
    sessions.end_others(user=user, at=at, why=TokenFamily.Why.SUSPENDED)
    signals.account_shut.send(sender=User, user=user)


@transaction.atomic
def reactivate(
    *, user: User, by: User | None, at: datetime, why: str, approved_by: User | None = None
) -> None:
    """Reactivate a suspended account; the user is notified and has to log in again."""
    _change_status(user, User.Status.ACTIVE, by=by, approved_by=approved_by, at=at, why=why)
    signals.account_reopened.send(sender=User, user=user)


def check_roles(*, user: User, roles: Sequence[str], stays_staff: bool) -> None:
    """Refuse roles that this account cannot have, and a change that changes nothing."""
    _require_known(roles)
    if not user.is_staff:
        raise NotAStaffAccount
    if stays_staff and set(roles) == set(user.groups.values_list("name", flat=True)):
        raise RolesUnchanged
    if not stays_staff and roles:
        raise RolesWithoutStaff
    if ADMIN_ROLE not in roles and user.is_active and user.has_admin_rights:
        _require_another_admin(user)


@transaction.atomic
def change_roles(
    *,
    user: User,
    roles: Sequence[str],
    stays_staff: bool = True,
    by: User | None,
    at: datetime,
    why: str,
    approved_by: User | None = None,
) -> None:
    """Give the staff member exactly these roles; without `stays_staff` they are no staff any more.

    The person is notified. Who loses a role loses it at the next request; who leaves the staff is
    logged out.
    """
    if by is not None:
        require_second_person(by=by, approved_by=approved_by, concerned=user)
    user = locks.lock_account(user.pk)
    check_roles(user=user, roles=roles, stays_staff=stays_staff)
    old: dict[str, object] = {"roles": sorted(user.groups.values_list("name", flat=True))}
    new: dict[str, object] = {"roles": sorted(roles), "is_staff": stays_staff, "why": why}
    user.groups.set(Group.objects.filter(name__in=roles))
    if not stays_staff:
        User.objects.filter(pk=user.pk).update(is_staff=False, is_superuser=False, updated_at=at)
        sessions.end_others(user=user, at=at, why=TokenFamily.Why.ENDED)
    _record_access("staff.roles_changed", user, by, approved_by, at=at, old=old, new=new)
    notify(user=user, notification=SecurityNotification.ROLES_CHANGED, at=at)


def create_staff(
    *,
    contact: str,
    password: str,
    role_names: Sequence[str],
    by: User | None,
    at: datetime,
    setup_key: str = "",
) -> NewStaff:
    """Create the account, assign the roles, enrol an authenticator app and recovery codes."""
    _require_known(role_names)
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
            audit.record_event(by=by, action="staff.created", on=user, at=at, new=new)
            return _enrol(user, setup_key)
    except IntegrityError as taken:
        raise signup.AccountExists from taken


@transaction.atomic
def apply_roles() -> list[str]:
    """Make groups and permissions equal to `roles.yaml`. Returns the names of the roles."""
    names = sorted(all_roles())
    Group.objects.exclude(name__in=names).delete()
    Group.objects.bulk_create([Group(name=name) for name in names], ignore_conflicts=True)
    groups = dict(Group.objects.values_list("name", "pk"))
    wanted = set(_permissions_of_roles(groups))
    existing = {(row.group_id, row.permission_id): row.pk for row in GroupPermission.objects.all()}
    GroupPermission.objects.filter(
        pk__in=[pk for pair, pk in existing.items() if pair not in wanted]
    ).delete()
    GroupPermission.objects.bulk_create(
        [
            GroupPermission(group_id=group, permission_id=given)
            for group, given in wanted - existing.keys()
        ]
    )
    return names


def _require_known(role_names: Sequence[str]) -> None:
    if unknown := set(role_names) - set(all_roles()):
        raise UnknownRole(f"There is no role {', '.join(sorted(unknown))} in roles.yaml.")


def _require_another_admin(user: User) -> None:
    """One change of admins at a time, so that the last two cannot end each other at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADMINS_LOCK])
    if not active_admins(without=user.pk).exists():
        raise LastAdmin


def _change_status(
    user: User, to: str, *, by: User | None, approved_by: User | None, at: datetime, why: str
) -> None:
    if by is not None and user.has_admin_rights:
        require_second_person(by=by, approved_by=approved_by, concerned=user)
    check_status_change(user=locks.lock_account(user.pk), to=to, by=by)
    old_status = _STATUS_BEFORE[to]
    if not User.objects.filter(pk=user.pk, status=old_status).update(status=to, updated_at=at):
        raise StatusUnchanged
    user.status = to
    action = f"account.{to.lower()}"
    old, new = {"status": old_status}, {"status": to, "why": why}
    _record_access(action, user, by, approved_by, at=at, old=old, new=new)
    kind = f"accounts/account_{to.lower()}"
    notices.notify(user=user, kind=kind, context={}, at=at, contacts=user.contacts)


def _record_access(
    action: str,
    user: User,
    by: User | None,
    approved_by: User | None,
    *,
    at: datetime,
    old: Mapping[str, object],
    new: Mapping[str, object],
) -> None:
    """Record it with both people; what a command did, all admins are told."""
    facts = dict(new) | ({"approved_by": str(approved_by.pk)} if approved_by else {})
    audit.record_event(by=by, action=action, on=user, at=at, old=old, new=facts)
    if by is None:
        notify_admins(
            notification=SecurityNotification.ACCESS_BY_COMMAND,
            at=at,
            who=mask_contact(user.contact),
        )


def _enrol(user: User, setup_key: str) -> NewStaff:
    key, codes = mfa.enrol_totp(user=user, setup_key=setup_key)
    url = get_adapter().build_totp_url(user, key)
    return NewStaff(user=user, setup_key=key, setup_url=url, recovery_codes=codes)


def _permissions_of_roles(groups: dict[str, int]) -> Iterator[tuple[int, int]]:
    """Pairs of a group and a permission it has by the file."""
    facts = Permission.objects.values_list("pk", "codename", "content_type__app_label")
    for pk, codename, app in facts:
        verb, _, model = codename.partition("_")
        for role in all_roles().values():
            if _covers(role.sees, VIEW_VERBS, verb, app, model) or _covers(
                role.changes, CHANGE_VERBS, verb, app, model
            ):
                yield groups[role.name], pk


def _covers(names: list[str], verbs: tuple[str, ...], verb: str, app: str, model: str) -> bool:
    """Whether `names` contain the app, which covers all its models, or `app.model`."""
    return verb in verbs and (app in names or f"{app}.{model}" in names)
