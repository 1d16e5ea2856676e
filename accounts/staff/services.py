"""Staff actions on accounts: suspending, reactivating, creating staff, applying roles."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.adapter import get_adapter
from django.contrib.auth.models import Group, Permission
from django.db import IntegrityError, transaction

from accounts import contacts, signals
from accounts.authentication.services import passwords, signup
from accounts.mfa import services as mfa
from accounts.models import TokenFamily, User
from accounts.security import audit
from accounts.sessions import services as sessions
from accounts.staff import roles
from hitouch.core.errors import ReasonRequired, Refusal
from hitouch.core.outbox import services as outbox

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


@transaction.atomic
def suspend(*, user: User, by: User, at: datetime, why: str) -> None:
    """Suspend an active account and end its sessions; the user is notified."""
    if user.pk == by.pk:
        raise CannotSuspendYourself
    if not why.strip():
        raise ReasonRequired(
            "Enter a reason, so that your colleagues can answer the person.",
            code="no_reason_given",
            field="why",
        )
    _change_status(user, User.Status.ACTIVE, User.Status.SUSPENDED, by=by, at=at, why=why)
    sessions.end_others(user=user, at=at, why=TokenFamily.Why.SUSPENDED)
    signals.account_shut.send(sender=User, user=user)


@transaction.atomic
def reactivate(*, user: User, by: User, at: datetime, why: str) -> None:
    """Reactivate a suspended account; the user is notified and has to log in again."""
    _change_status(user, User.Status.SUSPENDED, User.Status.ACTIVE, by=by, at=at, why=why)
    signals.account_reopened.send(sender=User, user=user)


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
            audit.record_event(by=by, action="staff.created", on=user, at=at, new=new)
            return _enrol(user, setup_key)
    except IntegrityError as taken:
        raise signup.AccountExists from taken


@transaction.atomic
def apply_roles() -> list[str]:
    """Make groups and permissions equal to `roles.yaml`. Returns the names of the roles."""
    names = sorted(roles.all_roles())
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


def _change_status(
    user: User, old_status: str, new_status: str, *, by: User, at: datetime, why: str
) -> None:
    if not User.objects.filter(pk=user.pk, status=old_status).update(
        status=new_status, updated_at=at
    ):
        raise StatusUnchanged
    user.status = new_status
    action = f"account.{new_status.lower()}"
    audit.record_event(
        by=by,
        action=action,
        on=user,
        at=at,
        old={"status": old_status},
        new={"status": new_status, "why": why},
    )
    for contact in filter(None, (user.email, user.phone)):
        template = f"accounts/account_{new_status.lower()}"
        outbox.queue_message(contact=contact, template=template, context={}, at=at)


def _enrol(user: User, setup_key: str) -> NewStaff:
    key, codes = mfa.enrol_totp(user=user, setup_key=setup_key)
    url = get_adapter().build_totp_url(user, key)
    return NewStaff(user=user, setup_key=key, setup_url=url, recovery_codes=codes)


def _permissions_of_roles(groups: dict[str, int]) -> Iterator[tuple[int, int]]:
    """Pairs of a group and a permission it has by the file."""
    facts = Permission.objects.values_list("pk", "codename", "content_type__app_label")
    for pk, codename, app in facts:
        verb, _, model = codename.partition("_")
        for role in roles.all_roles().values():
            if _covers(role.sees, VIEW_VERBS, verb, app, model) or _covers(
                role.changes, CHANGE_VERBS, verb, app, model
            ):
                yield groups[role.name], pk


def _covers(names: list[str], verbs: tuple[str, ...], verb: str, app: str, model: str) -> bool:
    """Whether `names` contain the app, which covers all its models, or `app.model`."""
    return verb in verbs and (app in names or f"{app}.{model}" in names)
