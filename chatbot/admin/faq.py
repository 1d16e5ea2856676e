"""Admin of FAQ categories and entries, with how often each answer was shown and helped."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from chatbot import queries
from chatbot.models import FaqCategory, FaqEntry
from hitouch.core.admin import SupportAdmin
from hitouch.core.web.admin_lists import Words


@admin.register(FaqCategory)
class FaqCategoryAdmin(SupportAdmin):
    """FAQ categories (headings of the help page)."""

    list_display = ["title", "position"]
    ordering = ["position", "title"]


@admin.register(FaqEntry)
class FaqEntryAdmin(SupportAdmin):
    """FAQ entries."""

    list_display = ["question", "category", "is_active", "given", "helped"]
    list_filter = ["category", "is_active"]
    search_by = (Words("the beginnings of words of the key", ("key",)),)
    sortable_by = ["given", "helped"]
    ordering = ["category__position", "position", "key"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Annotate the entries with their usage counts."""
        return queries.entries_with_usage()

    @admin.display(description="Question")
    def question(self, entry: FaqEntry) -> str:
        return getattr(entry, "question", None) or entry.key

    @admin.display(description="Times shown", ordering="given")
    def given(self, entry: FaqEntry) -> int:
        return getattr(entry, "given", 0)

    @admin.display(description="Marked helpful", ordering="helped")
    def helped(self, entry: FaqEntry) -> int:
        return getattr(entry, "helped", 0)
