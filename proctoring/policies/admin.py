"""Admin lists of the monitoring rules, and of which detectors have consequences."""

from django.contrib import admin

from hitouch.core.admin import ReadOnlyAdmin
from proctoring.models import DetectorMode, MonitoringPolicy


@admin.register(MonitoringPolicy)
class MonitoringPolicyAdmin(ReadOnlyAdmin):
    """Versions of the rules, the newest first. `manage.py publish_policy` makes one."""

    allowed_roles = ("proctor",)
    list_display = ["number", "note", "published_at", "published_by"]
    list_select_related = ["published_by__agent"]
    ordering = ["-number"]


@admin.register(DetectorMode)
class DetectorModeAdmin(ReadOnlyAdmin):
    """Since when a detector has consequences or is only logged, and why."""

    allowed_roles = ("proctor",)
    list_display = ["kind", "mode", "since", "ended_at", "precision", "low", "high", "reason", "by"]
    list_select_related = ["by__agent"]
    ordering = ["kind", "-since"]
