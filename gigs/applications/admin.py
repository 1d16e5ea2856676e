"""Admin of applications."""

from dataclasses import replace

from django.contrib import admin

from accounts import admin_search
from gigs.clients.admin import TITLE, OperationsAdmin
from gigs.models import (
    Application,
)


@admin.register(Application)
class ApplicationAdmin(OperationsAdmin):
    """Applications."""

    list_display = ["agent", "opportunity", "score", "state", "created_at"]
    list_filter = ["state"]
    search_by = (admin_search.names("agent"), replace(TITLE, of="opportunity"))
    list_select_related = ["agent", "opportunity"]
    ordering = ["-created_at"]
