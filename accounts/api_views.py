"""Base classes of API views: audience of an endpoint, and typed access to the caller."""

from typing import TypedDict

from rest_framework.views import APIView

from accounts.models import Agent, TokenFamily, User
from accounts.permissions import IsAgent, IsAnyone, IsStaff, IsUser, agent_of, authenticated_user
from hitouch.core.api.query import QueryParametersMixin


class PublicAPIView(QueryParametersMixin, APIView):
    """An endpoint that needs no log-in; an expired token in the request is ignored."""

    authentication_classes = []
    permission_classes = [IsAnyone]


class UserAPIView(QueryParametersMixin, APIView):
    """An endpoint for anybody who is logged in."""

    permission_classes = [IsUser]

    @property
    def user(self) -> User:
        """The caller; the permission has refused anonymous requests."""
        return authenticated_user(self.request)


class CurrentLogin(TypedDict):
    """The browser session or the token family of a request; one of the two is empty."""

    keep_session: str
    keep_family: TokenFamily | None


class OwnAccountAPIView(UserAPIView):
    """An endpoint about the caller's own account."""

    tag = "Me"

    def current_login(self) -> CurrentLogin:
        """The log-in of this request, which stays when the others are ended.

        With a token it is the token's, whatever cookie was sent with it.
        """
        if self.request.auth is not None:
            family = getattr(self.request.auth, "family", None)
            return {"keep_session": "", "keep_family": family}
        session = getattr(self.request, "session", None)
        key = (session.session_key if session is not None else "") or ""
        return {"keep_session": key, "keep_family": None}


class AgentAPIView(UserAPIView):
    """An endpoint for agents. A subclass may narrow the permission, not widen it."""

    permission_classes = [IsAgent]

    @property
    def agent(self) -> Agent:
        """The caller as an agent."""
        return agent_of(self.request)


class StaffAPIView(UserAPIView):
    """An endpoint for staff: name the roles with `permission_classes = [IsStaff.of(…)]`.

    Without them only the admin role is admitted.
    """

    permission_classes = [IsStaff]
