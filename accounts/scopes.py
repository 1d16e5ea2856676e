"""What programs of partners may be allowed to do, as `scopes.yaml` tells it.

The file is the only place where scopes are kept; an endpoint names its group as `scope`.
"""

from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import cast

from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.authentication import REALM
from hitouch.core import told

FILE = Path(__file__).parent / "scopes.yaml"


class ScopeMissing(PermissionDenied):
    """The endpoint has no scope: it is for people and first-party programs alone."""

    default_code = "scope_missing"
    default_detail = "This endpoint is not available to partner apps."


class InsufficientScope(PermissionDenied):
    """The endpoint's scope was not granted to the program (RFC 6750, section 3.1)."""

    default_code = "insufficient_scope"

    def __init__(self, scope: str) -> None:
        super().__init__(f"This app was not granted {scope}.")
        self.auth_header = f'{REALM}, error="insufficient_scope", scope="{scope}"'


@cache
def all_scopes() -> dict[str, str]:
    """Every scope, such as `work:read`, with its sentence for people."""
    groups = told.read(FILE).items()
    return {f"{group}:{verb}": says for group, verbs in groups for verb, says in verbs.items()}


def needed_for(view: object, method: str) -> str:
    """The scope that a request of this method asks for; empty when the endpoint has none."""
    group = cast(str, getattr(view, "scope", ""))
    scope = f"{group}:{'read' if method in SAFE_METHODS else 'write'}"
    return scope if scope in all_scopes() else ""


def granted_to(request: Request) -> Collection[str] | None:
    """The scopes of the partner's program that asks; None when it is not one."""
    return cast(Collection[str] | None, getattr(request.auth, "scopes", None))


def require(request: Request, view: APIView) -> None:
    """Refuse a partner's program what it was not granted. Others have no scopes to lack."""
    granted = granted_to(request)
    if granted is None:
        return
    needed = needed_for(view, request.method or "")
    if not needed:
        raise ScopeMissing
    if needed not in granted:
        raise InsufficientScope(needed)
