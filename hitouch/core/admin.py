"""Base classes for admin pages of rows that change only through services, and core's own pages."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from hitouch.core.models import OperationsAlarm, PostponedRow
from hitouch.core.web.admin_lists import Column, IndexedValuesFilter, ListAdmin
from hitouch.core.web.views import View


class ReadOnlyMixin(BaseModelAdmin):
    """Nothing is added, changed or deleted; for model admins and inlines."""

    #: Who may view, by role. Empty: whoever has Django's view permission for the model.
    allowed_roles: tuple[str, ...] = ()

    def has_role(self, request: HttpRequest) -> bool:
        """Whether the request is by an active staff member in one of the roles."""
        user: Any = request.user
        return bool(user.is_active and user.is_staff and user.has_role(*self.allowed_roles))

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the app is listed on the index page."""
        return (
            self.has_role(request) if self.allowed_roles else super().has_module_permission(request)
        )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """By role, or by Django's permission where no role is named."""
        return (
            self.has_role(request)
            if self.allowed_roles
            else super().has_view_permission(request, obj)
        )

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Rows are created by services."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are changed by services."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rows are deleted by retention rules and erasure only."""
        return False


class ReadOnlyAdmin(ReadOnlyMixin, ListAdmin):
    """A list and a detail page without a form."""


@admin.register(OperationsAlarm)
class OperationsAlarmAdmin(ReadOnlyAdmin):
    """What operations have to look into, oldest first."""

    list_display = ("name", "detail", "raised_at", "seen_at")
    ordering = ("raised_at",)


@admin.register(PostponedRow)
class PostponedRowAdmin(ReadOnlyAdmin):
    """Rows that a sweep could not finish, the next to be tried first."""

    list_display = ("sweep", "row", "failures", "reason", "next_try_at", "created_at")
    list_filter = (("sweep", IndexedValuesFilter),)
    search_by = (Column("the key of a row", "row"),)
    ordering = ("next_try_at",)


class FinanceReadOnlyAdmin(ReadOnlyAdmin):
    """Viewed by finance."""

    allowed_roles = ("finance",)


class SupportAdmin(ReadOnlyAdmin):
    """Viewed, added and changed by support; never deleted."""

    allowed_roles = ("support",)

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Support adds rows."""
        return self.has_role(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Support changes rows."""
        return self.has_role(request)


def refuse_query(request: HttpRequest) -> None:
    """Answer 400 to query parameters of a page that has none."""
    if request.GET:
        raise BadRequest("This page has no filters.")


class ActionPagesAdmin(ReadOnlyAdmin):
    """Pages and POST endpoints of its own, open to whoever may view the rows."""

    def action_pages(self) -> dict[str, tuple[str, View]]:
        """Route below the model's address, and view, by the URL name's last part."""
        return {}

    def get_urls(self) -> list[URLPattern]:
        """The own pages come first, so that they may replace the admin's."""
        prefix = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(route, self._guarded(view), name=f"{prefix}_{name}")
            for name, (route, view) in self.action_pages().items()
        ]
        return [*own, *super().get_urls()]

    def _guarded(self, view: View) -> Any:
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_view_permission(request):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return self.admin_site.admin_view(guarded)
