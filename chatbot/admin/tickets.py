"""Admin of support tickets: the queue, and the page on which support answers or closes one."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts import admin_search
from accounts.permissions import authenticated_user
from accounts.staff.filters import StaffFilter
from chatbot import queries
from chatbot.desk import queries as desk_queries
from chatbot.desk import services
from chatbot.forms import ReplyForm
from chatbot.models import Ticket
from hitouch.core.admin import SupportAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.admin_lists import Column, Words


@admin.register(Ticket)
class TicketAdmin(SupportAdmin):
    """Support tickets, oldest first."""

    list_display = ["subject", "user", "state", "assigned_to", "opened_at", "first_answer_at"]
    list_filter = ["state", ("assigned_to", StaffFilter)]
    search_by = (
        Words("the beginnings of words of the subject", ("subject",)),
        Column("the id of a ticket", "pk"),
        admin_search.names("user__agent"),
    )
    list_select_related = ["user__agent", "assigned_to__agent"]
    ordering = ["opened_at"]

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """Only users open tickets."""
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """One ticket: its messages, the chat before it, and a form to answer or close it."""
        if not self.has_role(request):
            raise PermissionDenied
        ticket = get_object_or_404(Ticket.objects.select_related("user"), pk=object_id)
        form = ReplyForm(request.POST if "answer" in request.POST else None)
        if ("resolve" in request.POST or form.is_valid()) and self._save(request, ticket, form):
            return redirect("admin:chatbot_ticket_change", ticket.pk)
        return self._render_page(request, ticket, form)

    def _save(self, request: HttpRequest, ticket: Ticket, form: ReplyForm) -> bool:
        """Answer or close the ticket; return whether that was possible."""
        by, now = authenticated_user(request), timezone.now()
        try:
            if "resolve" in request.POST:
                services.resolve(ticket=ticket, by=by, at=now)
            else:
                services.answer(ticket=ticket, by=by, at=now, **form.cleaned_data)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return False
        messages.success(request, "Ticket updated. The user can see it now.")
        return True

    def _render_page(self, request: HttpRequest, ticket: Ticket, form: ReplyForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": ticket.subject,
            "ticket": ticket,
            "thread": desk_queries.thread(ticket),
            "said": queries.transcript(ticket.conversation) if ticket.conversation else [],
            "form": form,
        }
        return TemplateResponse(request, "admin/chatbot/ticket/desk.html", context)
