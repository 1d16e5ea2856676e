"""The queue of payouts, and the page on which finance starts, settles, fails or retries one."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts.models import User
from accounts.permissions import authenticated_user
from hitouch.core import money
from hitouch.core.admin import FinanceReadOnlyAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusal_to
from payments.models import Payout
from payments.payouts import queries, services
from payments.payouts.forms import FailForm, UtrForm


def _start(payout: Payout, by: User, form: Form) -> str:
    services.start_payout(payout=payout, by=by, at=timezone.now())
    return "Payout started. View the account number and make the bank transfer."


def _settle(payout: Payout, by: User, form: Form) -> str:
    number = form.cleaned_data["utr"]
    services.settle_payout(payout=payout, utr_number=number, by=by, at=timezone.now())
    return "UTR recorded. The agent has been informed."


def _fail(payout: Payout, by: User, form: Form) -> str:
    reason = form.cleaned_data["reason"]
    services.fail_payout(payout=payout, reason=reason, by=by, at=timezone.now())
    return "Marked as failed. The agent has been informed."


def _retry(payout: Payout, by: User, form: Form) -> str:
    services.retry_payout(payout=payout, by=by, at=timezone.now())
    return "New payout added to the queue."


Action = tuple[type[Form], Callable[[Payout, User, Any], str]]
#: Form and function for each value of the POST field `verb`.
ACTIONS: dict[str, Action] = {
    "start": (Form, _start),
    "settle": (UtrForm, _settle),
    "fail": (FailForm, _fail),
    "retry": (Form, _retry),
}


@admin.register(Payout)
class PayoutAdmin(FinanceReadOnlyAdmin):
    """Payouts, oldest first."""

    list_display = ["holder_name", "amount", "state", "account", "started_by", "created_at"]
    list_filter = ["state"]
    search_fields = ["holder_name", "utr", "id"]
    list_select_related = ["started_by"]
    ordering = ["created_at"]

    @admin.display(description="Amount")
    def amount(self, payout: Payout) -> str:
        return money.rupees(payout.amount_paise)

    @admin.display(description="Account")
    def account(self, payout: Payout) -> str:
        return f"{payout.ifsc} {payout.masked}"

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """One payout, with forms for the actions its state allows."""
        if not self.has_role(request):
            raise PermissionDenied
        payout = get_object_or_404(queries.payouts_for_staff(), pk=object_id)
        verb = request.POST.get("verb", "")
        if verb == "account":
            return self._show_account(request, payout)
        form_class, action = ACTIONS.get(verb, (Form, None))
        form = form_class(request.POST or None)
        if action and form.is_valid() and self._run_action(request, payout, action, form):
            return redirect("admin:payments_payout_change", payout.pk)
        return self._render_page(request, payout, **{f"{verb or 'no'}_form": form})

    def _run_action(self, request: HttpRequest, payout: Payout, action: Any, form: Form) -> bool:
        """Return whether to redirect; otherwise the form is shown again with its error."""
        try:
            messages.success(request, action(payout, authenticated_user(request), form))
        except Refusal as refusal:
            if refusal.field not in form.fields:
                messages.error(request, str(refusal))
                return True
            add_refusal_to(form, refusal)
            return False
        return True

    def _show_account(self, request: HttpRequest, payout: Payout) -> HttpResponse:
        try:
            instruction = services.show_transfer_instruction(
                payout=payout, by=authenticated_user(request), at=timezone.now()
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:payments_payout_change", payout.pk)
        return self._render_page(request, payout, instruction=instruction)

    def _render_page(self, request: HttpRequest, payout: Payout, **extra: object) -> HttpResponse:
        is_maker = payout.started_by_id == request.user.pk
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(payout),
            "payout": payout,
            "is_ready": payout.state == Payout.State.READY,
            "is_processing": payout.state == Payout.State.PROCESSING,
            "is_failed": payout.state == Payout.State.FAILED,
            "is_maker": is_maker,
            "settle_form": UtrForm(),
            "fail_form": FailForm(),
            "events": payout.events.select_related("by").order_by("at", "pk"),
            **extra,
        }
        page = TemplateResponse(request, "payments/payouts/admin/payout.html", context)
        # The page may show a full account number.
        return cast(HttpResponse, never_cache(lambda _: page)(request))
