"""Rows that staff in a role may look at; they change through services."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest


class ReadOnly(admin.ModelAdmin):
    """For staff in one of the roles."""

    roles: tuple[str, ...] = ("reviewer",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the app shows at all."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By role, not by Django's permissions."""
        person: Any = request.user
        return bool(person.is_active and person.is_staff and person.has_role(*self.roles))

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody adds one by hand."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes one by hand."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody removes one by hand."""
        return False
