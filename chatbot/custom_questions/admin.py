"""Admin list of custom questions, which leads to the page on which they are answered."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts import admin_search
from chatbot.models import CustomQuestion
from hitouch.core.admin import SupportAdmin


@admin.register(CustomQuestion)
class CustomQuestionAdmin(SupportAdmin):
    """Custom questions, oldest first."""

    list_display = ["__str__", "user", "language", "state", "opened_at", "answered_at"]
    list_filter = ["state", "language"]
    search_by = (admin_search.names("user__agent"),)
    list_select_related = ["user__agent"]
    ordering = ["opened_at"]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Only users send questions."""
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """The page of support on which the question is answered."""
        question = self.get_object(request, unquote(object_id))
        if question is None:
            return super().change_view(request, object_id, form_url, extra_context)
        return redirect("chatbot:staff-question", question.pk)
