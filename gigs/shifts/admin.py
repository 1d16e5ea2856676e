"""Admin of time at work."""

from django.contrib import admin

from accounts import admin_search
from gigs.clients.admin import OperationsAdmin
from gigs.models import (
    WorkSession,
)


@admin.register(WorkSession)
class WorkSessionAdmin(OperationsAdmin):
    """Work sessions, from clock-in to clock-out."""

    list_display = ["agent", "gig", "started_at", "ended_at", "is_closed_by_clock", "work"]
    list_filter = ["is_closed_by_clock"]
    search_by = (admin_search.names("agent"),)
    list_select_related = ["agent", "gig", "work__gig"]
    ordering = ["-started_at"]
