"""Who of the staff gets to see money."""

from typing import Any, cast

from django.http import HttpRequest

from accounts.models import User


class FinanceReads:
    """Finance may look; what may be changed, an admin says itself."""

    def is_finance(self, request: HttpRequest) -> bool:
        """Whether this is somebody from finance."""
        return cast(User, request.user).has_role("finance")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Shown to finance only."""
        return self.is_finance(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Finance reads everything here."""
        return self.is_finance(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are made by services."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are changed by services."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing about money is ever removed."""
        return False
