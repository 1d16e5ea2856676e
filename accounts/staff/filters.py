"""Filters of lists in the admin by people."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet

from accounts.models import User
from accounts.staff.roles import all_roles


class RoleFilter(admin.SimpleListFilter):
    """By a staff role: reads those who have it."""

    title = parameter_name = "role"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        """The roles of `roles.yaml`."""
        return [(name, name.replace("_", " ").capitalize()) for name in all_roles()]

    def queryset(self, request: Any, queryset: QuerySet[User]) -> QuerySet[User]:
        """Staff in the role."""
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


class StaffFilter(admin.RelatedFieldListFilter):
    """By a member of staff: reads the accounts of staff, not all accounts."""

    def field_choices(self, field: Any, request: Any, model_admin: Any) -> list[Any]:
        """Staff by name."""
        staff = User.objects.filter(is_staff=True).select_related("agent")
        return sorted(((user.pk, str(user)) for user in staff), key=lambda choice: choice[1])
