"""Admin of Udyam registrations: look one up, confirm or reject it."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts import admin_search
from accounts.permissions import authenticated_user
from hitouch.core.admin import FinanceReadOnlyAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusal_to
from payments.models import UdyamRegistration
from payments.udyam import services
from payments.udyam.forms import RejectUdyamForm


@admin.register(UdyamRegistration)
class UdyamRegistrationAdmin(FinanceReadOnlyAdmin):
    """Registrations of agents as micro or small enterprises, newest first."""

    list_display = ["agent", "size", "masked", "registered_on", "state", "decided_by", "created_at"]
    list_filter = ["state"]
    search_by = (admin_search.names("agent"),)
    list_select_related = ["agent__user", "decided_by__agent"]
    ordering = ["-created_at"]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """One registration: show its number, confirm or reject it."""
        if not self.has_role(request):
            raise PermissionDenied
        rows = UdyamRegistration.objects.select_related("agent__user", "decided_by")
        row = get_object_or_404(rows, pk=object_id)
        verb = request.POST.get("verb", "")
        form = RejectUdyamForm(request.POST if verb == "reject" else None)
        if verb in ("confirm", "reject") and self._decide(request, row, verb, form):
            return redirect("admin:payments_udyamregistration_change", row.pk)
        return self._render(request, row, form, is_shown=verb == "number")

    def _decide(
        self, request: HttpRequest, row: UdyamRegistration, verb: str, form: RejectUdyamForm
    ) -> bool:
        by_and_at: Any = {"by": authenticated_user(request), "at": timezone.now()}
        try:
            if verb == "confirm":
                services.confirm(row=row, **by_and_at)
            elif form.is_valid():
                services.reject(row=row, reason=form.cleaned_data["reason"], **by_and_at)
            else:
                return False
        except Refusal as refusal:
            if refusal.field in form.fields:
                add_refusal_to(form, refusal)
                return False
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Recorded.")
        return True

    def _render(
        self, request: HttpRequest, row: UdyamRegistration, form: RejectUdyamForm, *, is_shown: bool
    ) -> HttpResponse:
        number = ""
        if is_shown:
            by = authenticated_user(request)
            number = services.show_number(row=row, by=by, at=timezone.now())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{row.agent}: {row}",
            "row": row,
            "number": number,
            "form": form,
            "events": row.events.select_related("by").order_by("at", "pk"),
        }
        return never_cache(
            lambda _: TemplateResponse(request, "payments/udyam/admin/registration.html", context)
        )(request)
