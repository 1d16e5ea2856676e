"""API views for members of a client: projects, opportunities and slots."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from rest_framework.request import Request

from accounts.models import User
from accounts.permissions import Audience, UserRequest, granted_scopes, has_second_factor
from accounts.security.reauthentication import (
    reauthentication_required,
    require_reauthentication,
)
from gigs.clients import queries as client_queries
from gigs.models import Member
from hitouch.core.errors import Refusal

P = ParamSpec("P")


Page = Callable[Concatenate[Any, P], HttpResponseBase]


MANAGERS = (Member.Role.OWNER, Member.Role.MANAGER)


class SecondFactorMissing(Refusal):
    """Committing or paying money needs a second factor."""

    code = "second_factor_required"
    status = 403
    message = "This commits or pays money, so it needs two-step verification. Complete that first."


class MemberRequest(UserRequest):
    """A request of a member of a client."""

    member: Member


def _member(user: object) -> Member | None:
    return client_queries.member_of(user) if isinstance(user, User) else None


def for_members(*roles: str) -> Callable[[Page[P]], Page[P]]:
    """Limit a view to members of a client, optionally by role; sets `request.member`."""

    def decorate(view: Page[P]) -> Page[P]:
        @wraps(view)
        def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            member = _member(request.user)
            if member is None or (roles and member.role not in roles):
                raise PermissionDenied
            request.member = member
            return view(request, *args, **kwargs)

        closed = login_required(guarded)
        closed.audience = f"members: {', '.join(roles) or 'all'}"  # type: ignore[attr-defined]
        return closed

    return decorate


def for_budget_holders(view: Page[P]) -> Page[P]:
    """Limit a view to owners and managers with a second factor."""

    @wraps(view)
    def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if has_second_factor(request):
            return view(request, *args, **kwargs)
        messages.error(request, SecondFactorMissing.message)
        return redirect("accounts:second-factor")

    return for_members(*MANAGERS)(guarded)


def for_owners(view: Page[P]) -> Page[P]:
    """Limit a view to owners with a second factor, who have authenticated just now."""
    checked = reauthentication_required(view)

    @wraps(view)
    def guarded(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if has_second_factor(request):
            return checked(request, *args, **kwargs)
        messages.error(request, SecondFactorMissing.message)
        return redirect("accounts:second-factor")

    return for_members(Member.Role.OWNER)(guarded)


class IsMember(Audience):
    """A member of a client; `IsMember.of` limits the roles."""

    audience = "members"
    roles: tuple[str, ...] = ()
    message = "Your role does not allow this. Ask an owner or manager of your company."

    def admits(self, request: Request) -> bool:
        member = _member(request.user)
        request.member = member  # type: ignore[attr-defined]
        return member is not None and (not self.roles or member.role in self.roles)

    @classmethod
    def of(cls, *roles: str) -> type["IsMember"]:
        """A permission for members in one of these roles."""
        audience = f"members: {', '.join(roles)}"
        return type("IsMemberOf", (cls,), {"roles": roles, "audience": audience})


IsManager = IsMember.of(*MANAGERS)


class IsBudgetHolder(IsManager):  # type: ignore[misc,valid-type]
    """An owner or manager with a second factor.

    API clients of partners have none: staff with a second factor granted their scopes.
    """

    def admits(self, request: Request) -> bool:
        if not super().admits(request):
            return False
        if granted_scopes(request) is None and not has_second_factor(request):
            raise SecondFactorMissing
        return True


class IsOwner(IsMember.of(Member.Role.OWNER)):  # type: ignore[misc]
    """An owner with a second factor, who has authenticated just now."""

    def admits(self, request: Request) -> bool:
        if not super().admits(request):
            return False
        if granted_scopes(request) is None and not has_second_factor(request):
            raise SecondFactorMissing
        require_reauthentication(request, timezone.now())
        return True


def member_of(request: Request) -> Member:
    """The member of a request; the view's permission must be `IsMember`."""
    return cast(Any, request).member
