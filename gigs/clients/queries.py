"""Memberships, and the projects of a client."""

from django.db.models import Count, QuerySet

from accounts.models import User
from gigs.models import (
    Client,
    Member,
    Project,
)


def member_of(user: User) -> Member | None:
    """The user's membership with its client, if any."""
    return Member.objects.select_related("client").filter(user=user).first()


def may_commit_budget(user: User) -> bool:
    """Whether the user may commit a client's budget."""
    member = member_of(user)
    return member is not None and member.may_change


def projects_of(client: Client) -> QuerySet[Project]:
    """The client's projects, with their number of opportunities as `offers`."""
    return client.projects.annotate(offers=Count("opportunities"))
