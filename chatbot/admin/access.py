"""Who of the staff works on help."""

from typing import Any, cast

from django.http import HttpRequest

from accounts.models import User


class SupportOnly:
    """Support reads and writes; nobody else of the staff does."""

    def is_support(self, request: HttpRequest) -> bool:
        """Whether this is somebody from support."""
        return cast(User, request.user).has_role("support")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Shown to support only."""
        return self.is_support(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Support reads everything here."""
        return self.is_support(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Support writes answers."""
        return self.is_support(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Support improves answers."""
        return self.is_support(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An answer that was given stays known; it is switched off instead."""
        return False
