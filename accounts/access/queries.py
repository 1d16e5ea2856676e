"""Queries about access changes: who may decide, what waits."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from accounts.access.kinds import kind_of
from accounts.models import AccessChange, User
from accounts.models.access import AccessChangeQuerySet
from hitouch.core.web.queues import WorkQueue

#: Roles that see requests; a kind says which of them may request and approve.
ACCESS_ROLES = ("admin", "operations")


def changes_for_staff() -> AccessChangeQuerySet:
    """All requests with the people on them, the newest first."""
    rows = AccessChange.objects.select_related(
        "target__agent", "requested_by__agent", "decided_by__agent"
    )
    return rows.order_by("-requested_at")


def can_decide(change: AccessChange, by: User) -> bool:
    """Whether this person may approve it: another one, in a role that may."""
    if by.pk in (change.requested_by_id, change.target_id):
        return False
    return kind_of(change.kind).can_approve(by, requested_by=change.requested_by)


def approvers_of(change: AccessChange) -> list[User]:
    """Active staff who may decide on it."""
    staff = User.objects.filter(is_staff=True, status=User.Status.ACTIVE)
    in_role = staff.filter(groups__name__in=ACCESS_ROLES).distinct()
    return [user for user in in_role if can_decide(change, user)]


def active_admins(*, without: UUID | None = None) -> QuerySet[User]:
    """Active accounts with the role admin, but for one."""
    admins = User.objects.filter(
        is_staff=True, status=User.Status.ACTIVE, groups__name="admin"
    ).distinct()
    return admins.exclude(pk=without) if without else admins


def work_queues(*, now: datetime) -> list[WorkQueue]:
    """Requests that wait for approval."""
    waiting = AccessChange.objects.filter(state=AccessChange.State.REQUESTED, expires_at__gt=now)
    oldest = waiting.order_by("requested_at").first()
    if oldest is None:
        return []
    url = f"{reverse('admin:accounts_accesschange_changelist')}?state__exact=REQUESTED"
    name, count = "Access changes to approve", waiting.count()
    return [WorkQueue(name, count, oldest.requested_at, url, "People")]
