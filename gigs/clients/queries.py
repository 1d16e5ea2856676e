"""Memberships, and the projects of a client."""

from datetime import datetime

from django.db.models import Case, Count, QuerySet, When

from accounts.models import User
from gigs.models import (
    Client,
    Member,
    MemberInvitation,
    Project,
)


def member_of(user: User) -> Member | None:
    """The user's membership with its client, if any."""
    return Member.objects.select_related("client", "user").filter(user=user).first()


def members_of(client: Client) -> QuerySet[Member]:
    """The client's members with their users: owners first, then managers and viewers."""
    place = Case(
        *(When(role=role, then=place) for place, role in enumerate(Member.Role.values)), default=9
    )
    return client.members.select_related("user__agent").order_by(place, "created_at", "pk")


def invitations_of(client: Client, *, now: datetime) -> QuerySet[MemberInvitation]:
    """The client's invitations that can be accepted, newest first."""
    valid = client.invitations.filter(expires_at__gt=now).select_related("client")
    return valid.order_by("-expires_at", "pk")


def may_commit_budget(user: User) -> bool:
    """Whether the user may commit a client's budget."""
    member = member_of(user)
    return member is not None and member.may_change


def projects_of(client: Client) -> QuerySet[Project]:
    """The client's projects, with their number of opportunities as `offers`."""
    return client.projects.annotate(offers=Count("opportunities"))
