"""Who a page or an endpoint is for. Each names its audience; a test fails when one does not."""

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
Page = Callable[Concatenate[Any, P], HttpResponseBase]


class UserRequest(HttpRequest):
    """A request of somebody who has signed in."""

    user: User


class AgentRequest(UserRequest):
    """A request of an agent."""

    agent: Agent


def _named(view: Page[P], audience: str) -> Page[P]:
    view.audience = audience  # type: ignore[attr-defined]
    return view


def for_everyone(view: Page[P]) -> Page[P]:
    """Also for people who have not signed in."""
    return _named(login_not_required(view), "everyone")


def for_users(view: Page[P]) -> Page[P]:
    """For anybody who has signed in."""
    return _named(login_required(view), "people")


def for_agents(view: Page[P]) -> Page[P]:
    """For agents; the view finds the agent at `request.agent`."""

    @wraps(view)
    def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        agent = request.user.agent_or_none
        if agent is None:
            raise PermissionDenied
        request.agent = agent
        return view(request, *args, **kwargs)

    return _named(login_required(guarded), "agents")


def for_staff(*roles: str) -> Callable[[Page[P]], Page[P]]:
    """For staff in one of the roles, after a second factor."""

    def decorate(view: Page[P]) -> Page[P]:
        @wraps(view)
        def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.has_role(*roles):
                raise PermissionDenied
            if not has_second_factor(request):
                return cast(HttpResponse, redirect("accounts:second-factor"))
            return view(request, *args, **kwargs)

        return _named(login_required(guarded), f"staff: {', '.join(roles)}")

    return decorate


def has_second_factor(request: HttpRequest | Request) -> bool:
    """Whether this session, or the token's family, was opened with a second factor."""
    family = getattr(getattr(request, "auth", None), "family", None)
    if family is not None:
        return family.second_factor_at is not None
    verified = getattr(request.user, "is_verified", None)
    return bool(verified and verified())


class Audience(BasePermission):
    """Who an endpoint is for. Here, and only here, programs of partners are held to scopes."""

    audience = ""

    def has_permission(self, request: Request, view: APIView) -> bool:
        require_scope(request, view)
        return self.admits(request)

    def admits(self, request: Request) -> bool:
        """Whether who asks is of this audience; nobody, until a class says who."""
        return False


class IsAnyone(Audience):
    """Also for programs that have not signed in."""

    audience = "everyone"

    def has_permission(self, request: Request, view: APIView) -> bool:
        return True


class IsUser(Audience):
    """Anybody who has signed in."""

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
    """Staff in one of the roles, after a second factor: name them with `IsStaff.of`."""

    audience = "staff"
    roles: tuple[str, ...] = ()
    message = "Your role can't access this, or you haven't completed two-step verification."

    def admits(self, request: Request) -> bool:
        user = request.user
        known = isinstance(user, User) and user.has_role(*self.roles)
        return known and has_second_factor(request)

    @classmethod
    def of(cls, *roles: str) -> type["IsStaff"]:
        """A permission for staff in one of these roles."""
        audience = f"staff: {', '.join(roles)}"
        return type("IsStaffOf", (cls,), {"roles": roles, "audience": audience})


def authenticated_user(request: HttpRequest | Request) -> User:
    """The user of a request that a permission or a decorator has let through."""
    return cast(User, request.user)


def agent_of(request: Request) -> Agent:
    """The agent who asks; the endpoint's permission is `IsAgent`."""
    return authenticated_user(request).agent


class ScopeMissing(exceptions.PermissionDenied):
    """The endpoint has no scope: it is for people and first-party programs alone."""

    default_code = "scope_missing"
    default_detail = "This endpoint is not available to partner apps."


class InsufficientScope(exceptions.PermissionDenied):
    """The endpoint's scope was not granted to the program (RFC 6750, section 3.1)."""

    default_code = "insufficient_scope"

    def __init__(self, scope: str) -> None:
        super().__init__(f"This app was not granted {scope}.")
        self.auth_header = f'{REALM}, error="insufficient_scope", scope="{scope}"'


def required_scope(view: object, method: str) -> str:
    """The scope that a request of this method asks for; empty when the endpoint has none."""
    group = cast(str, getattr(view, "scope", ""))
    scope = f"{group}:{'read' if method in SAFE_METHODS else 'write'}"
    return scope if scope in all_scopes() else ""


def granted_scopes(request: Request) -> Collection[str] | None:
    """The scopes of the partner's program that asks; None when it is not one."""
    return cast(Collection[str] | None, getattr(request.auth, "scopes", None))


def require_scope(request: Request, view: object) -> None:
    """Refuse a partner's program what it was not granted. Others have no scopes to lack."""
    granted = granted_scopes(request)
    if granted is None:
        return
    needed = required_scope(view, request.method or "")
    if not needed:
        raise ScopeMissing
    if needed not in granted:
        raise InsufficientScope(needed)
