"""Rows that staff in a role may look at; they change through services."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

View = Callable[..., HttpResponseBase]


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


class WithActs(ReadOnly):
    """Pages and presses of one kind of row beside the admin's own, for those who may look at it."""

    def acts(self) -> dict[str, tuple[str, View]]:
        """Each by its name: where it is, below the model's address, and what answers."""
        return {}

    def get_urls(self) -> list[URLPattern]:
        """The acts come first: they may take the place of the admin's own pages."""
        prefix = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(route, self._guarded(view), name=f"{prefix}_{name}")
            for name, (route, view) in self.acts().items()
        ]
        return [*own, *super().get_urls()]

    def _guarded(self, view: View) -> Any:
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_view_permission(request):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return self.admin_site.admin_view(guarded)
