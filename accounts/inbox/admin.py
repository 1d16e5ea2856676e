"""Admin of notices: who was told what kind of thing and when, without the text."""

from django.contrib import admin

from accounts import admin_search
from accounts.models import Notice
from hitouch.core.admin import ReadOnlyAdmin


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """What people were told; the words are between us and the person."""

    allowed_roles = ("support",)
    list_display = ("user", "kind", "category", "at", "read_at", "digested_at")
    list_filter = ("category",)
    search_by = (admin_search.names("user__agent"), admin_search.email("user__email"))
    ordering = ("-at",)
    list_select_related = ("user__agent",)
    fields = ("user", "kind", "category", "at", "read_at", "digest_at", "digested_at")
