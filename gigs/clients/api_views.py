"""Base class and filters of API views for people who act for a client."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiParameter

from accounts.api_views import UserAPIView
from gigs.clients.permissions import IsMember, member_of
from gigs.models import (
    Member,
)


def filter_by_state(rows: Any, query: Mapping[str, Any]) -> Any:
    state = query.get("state")
    return rows.filter(state=state) if state else rows


def query_parameter(name: str, what: str, choices: list[str] | None = None) -> OpenApiParameter:
    return OpenApiParameter(name, str, description=what, enum=choices)


STATE = [query_parameter("state", "Filter by state.")]


class MemberAPIView(UserAPIView):
    """An endpoint for members of a client, in any role; a subclass may name the roles."""

    permission_classes = [IsMember]
    tag = "Clients"

    @property
    def member(self) -> Member:
        """The caller as a member of their client."""
        return member_of(self.request)
