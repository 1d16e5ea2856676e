"""Who may use a page or an endpoint: decorators for views and permissions for DRF.

Each view names its audience; `tests/architecture` fails when one does not.
"""

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_not_required, login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from rest_framework import exceptions
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import Agent, User
from accounts.security.scopes import REALM, all_scopes

P = ParamSpec("P")
View = Callable[Concatenate[Any, P], HttpResponseBase]


class UserRequest(HttpRequest):
    """A request of a user who is logged in."""

    user: User


class AgentRequest(UserRequest):
    """A request of an agent."""

    agent: Agent


def _with_audience(view: View[P], audience: str) -> View[P]:
    view.audience = audience  # type: ignore[attr-defined]
    return view


def for_everyone(view: View[P]) -> View[P]:
    """Also for people who are not logged in."""
    return _with_audience(login_not_required(view), "everyone")


def for_users(view: View[P]) -> View[P]:
    """For every user who is logged in."""
    return _with_audience(login_required(view), "people")


def for_agents(view: View[P]) -> View[P]:
    """For agents; sets `request.agent`."""

    @wraps(view)
    def wrapper(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        agent = request.user.agent_or_none
        if agent is None:
            raise PermissionDenied
        request.agent = agent
        return view(request, *args, **kwargs)

    return _with_audience(login_required(wrapper), "agents")


def for_staff(*roles: str) -> Callable[[View[P]], View[P]]:
    """For staff in one of the roles, with a second factor in this session."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def wrapper(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.has_role(*roles):
                raise PermissionDenied
            if not has_second_factor(request):
                return cast(HttpResponse, redirect("accounts:second-factor"))
            return view(request, *args, **kwargs)

        return _with_audience(login_required(wrapper), f"staff: {', '.join(roles)}")

    return decorate


def has_second_factor(request: HttpRequest | Request) -> bool:
    """Whether this session, or the token's family, was verified with a second factor."""
    family = getattr(getattr(request, "auth", None), "family", None)
    if family is not None:
        return family.second_factor_at is not None
    verified = getattr(request.user, "is_verified", None)
    return bool(verified and verified())


class Audience(BasePermission):
    """Base of the permissions. Checks the scopes of partner apps as well."""

    audience = ""

    def has_permission(self, request: Request, view: APIView) -> bool:
        require_scope(request, view)
        return self.admits(request)

    def admits(self, request: Request) -> bool:
        """Whether the caller belongs to this audience; subclasses say who does."""
        return False


class IsAnyone(Audience):
    """Also for callers who are not logged in."""

    audience = "everyone"

    def has_permission(self, request: Request, view: APIView) -> bool:
        return True


class IsUser(Audience):
    """Every user who is logged in."""

    audience = "people"

    def admits(self, request: Request) -> bool:
        return bool(request.user and request.user.is_authenticated)


class IsAgent(Audience):
    """An agent."""

    audience = "agents"
    message = "Only agents can access this."

    def admits(self, request: Request) -> bool:
        return isinstance(request.user, User) and request.user.agent_or_none is not None


class IsStaff(Audience):
    """Staff in one of the roles, with a second factor; name the roles with `IsStaff.of`."""

    audience = "staff"
    roles: tuple[str, ...] = ()
    message = "Your role can't access this, or you haven't completed two-step verification."

    def admits(self, request: Request) -> bool:
        user = request.user
        has_role = isinstance(user, User) and user.has_role(*self.roles)
        return has_role and has_second_factor(request)

    @classmethod
    def of(cls, *roles: str) -> type["IsStaff"]:
        """A permission for staff in one of these roles."""
        audience = f"staff: {', '.join(roles)}"
        return type("IsStaffOf", (cls,), {"roles": roles, "audience": audience})


def authenticated_user(request: HttpRequest | Request) -> User:
    """The user of a request that a permission or a decorator has let through."""
    return cast(User, request.user)


def agent_of(request: Request) -> Agent:
    """The agent who calls; the permission of the endpoint is `IsAgent`."""
    return authenticated_user(request).agent


class ScopeMissing(exceptions.PermissionDenied):
    """The endpoint has no scope: only people and first-party apps may use it."""

    default_code = "scope_missing"
    default_detail = "This endpoint is not available to partner apps."


class InsufficientScope(exceptions.PermissionDenied):
    """The partner app was not granted the endpoint's scope (RFC 6750, section 3.1)."""

    default_code = "insufficient_scope"

    def __init__(self, scope: str) -> None:
        super().__init__(f"This app was not granted {scope}.")
        self.auth_header = f'{REALM}, error="insufficient_scope", scope="{scope}"'


def required_scope(view: object, method: str) -> str:
    """The scope that a request of this method needs; empty when the endpoint has none."""
    group = cast(str, getattr(view, "scope", ""))
    scope = f"{group}:{'read' if method in SAFE_METHODS else 'write'}"
    return scope if scope in all_scopes() else ""


def granted_scopes(request: Request) -> Collection[str] | None:
    """The scopes of the calling partner app; None for any other caller."""
    return cast(Collection[str] | None, getattr(request.auth, "scopes", None))


def require_scope(request: Request, view: object) -> None:
    """Refuse a partner app without the scope. Other callers need none."""
    granted = granted_scopes(request)
    if granted is None:
        return
    needed = required_scope(view, request.method or "")
    if not needed:
        raise ScopeMissing
    if needed not in granted:
        raise InsufficientScope(needed)
