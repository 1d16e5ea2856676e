"""Admin of batches of payouts: make, submit, approve, reject."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import authenticated_user
from hitouch.core import money
from hitouch.core.admin import ActionPagesAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.views import View
from payments.models import Payout, PayoutBatch, Rail, WeeklyBatch
from payments.payouts import bank_files, batches, weekly
from payments.payouts.forms import ApproveBatchForm, CreateBatchForm, RejectBatchForm, UtrListForm
from payments.payouts.next_steps import next_step_of_batch

State = PayoutBatch.State


def _submit(batch: PayoutBatch, by: User, form: Form) -> str:
    batches.submit_batch(batch=batch, by=by, at=timezone.now())
    return "Submitted. Someone else in finance must approve it."


def _approve(batch: PayoutBatch, by: User, form: Form) -> str:
    stated = form.cleaned_data
    approved = batches.approve_batch(
        batch=batch, count=stated["count"], total_paise=int(stated["total"] * 100),
        by=by, at=timezone.now(),
    )  # fmt: skip
    if approved.state == State.CHECKED:
        return "Approved. Because of its total, a third person must approve it too."
    return "Approved. The payouts are being sent."


def _reject(batch: PayoutBatch, by: User, form: Form) -> str:
    reason = form.cleaned_data["reason"]
    batches.reject_batch(batch=batch, reason=reason, by=by, at=timezone.now())
    return "Rejected. The payments wait for new payouts."


def _told(refused: list[str], done: str) -> str:
    return " ".join([done, *refused])


def _enter_utrs(batch: PayoutBatch, by: User, form: Form) -> str:
    text = form.cleaned_data["lines"]
    refused = bank_files.propose_utrs(batch=batch, text=text, by=by, at=timezone.now())
    return _told(refused, "UTRs entered. Someone else in finance must confirm them.")


def _confirm_utrs(batch: PayoutBatch, by: User, form: Form) -> str:
    refused = bank_files.confirm_utrs(batch=batch, by=by, at=timezone.now())
    return _told(refused, "UTRs confirmed.")


ACTIONS: dict[str, tuple[type[Form], Callable[[PayoutBatch, User, Any], str]]] = {
    "submit": (Form, _submit),
    "approve": (ApproveBatchForm, _approve),
    "reject": (RejectBatchForm, _reject),
    "utrs": (UtrListForm, _enter_utrs),
    "confirm": (Form, _confirm_utrs),
}


class WaitsForApproval(admin.SimpleListFilter):
    """Batches that somebody has to approve."""

    title = "waits for"
    parameter_name = "waits"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The one choice."""
        return [("approval", "approval")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[PayoutBatch]
    ) -> QuerySet[PayoutBatch]:
        """Narrow the list."""
        waiting = queryset.filter(state__in=[State.SUBMITTED, State.CHECKED])
        return waiting if self.value() == "approval" else queryset


@admin.register(PayoutBatch)
class PayoutBatchAdmin(ActionPagesAdmin):
    """Batches of payouts, newest first."""

    allowed_roles = ("finance",)
    change_list_template = "payments/payouts/admin/batches.html"
    list_display = ["reference", "state", "rail", "count", "total", "made_by", "created_at"]
    list_filter = ["state", "rail", WaitsForApproval]
    list_select_related = ["maker__agent"]
    ordering = ["-created_at"]

    def action_pages(self) -> dict[str, tuple[str, View]]:
        """The button that makes a draft of all payouts that are ready."""
        return {"create": ("create/", self.create)}

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list, below when the next weekly batch is made, or why this week's was not."""
        now = timezone.now()
        week = WeeklyBatch.objects.order_by("-due_at").first()
        schedule = {"next_weekly_at": weekly.next_due(now), "week": week}
        return super().changelist_view(request, {**(extra_context or {}), **schedule})

    @admin.display(description="Total")
    def total(self, batch: PayoutBatch) -> str:
        return money.rupees(batch.total_paise)

    def create(self, request: HttpRequest) -> HttpResponse:
        """Put all payouts that are ready into a new draft."""
        if request.method != "POST":
            return redirect("admin:payments_payoutbatch_changelist")
        form = CreateBatchForm(request.POST)
        rail = form.cleaned_data["rail"] if form.is_valid() else Rail.RAZORPAYX
        try:
            batch = batches.create_batch(
                rail=rail, by=authenticated_user(request), at=timezone.now()
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:payments_payoutbatch_changelist")
        return redirect("admin:payments_payoutbatch_change", batch.pk)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """One batch with its payouts, and forms for the actions its state allows."""
        if not self.has_role(request):
            raise PermissionDenied
        rows = PayoutBatch.objects.select_related(
            "maker__agent", "checker__agent", "second_checker__agent"
        )
        batch = get_object_or_404(rows, pk=object_id)
        verb = request.POST.get("verb", "")
        if verb == "remove":
            return self._remove(request, batch)
        if verb == "file":
            return self._download(request, batch)
        form_class, action = ACTIONS.get(verb, (Form, None))
        form = form_class(request.POST or None, auto_id=f"{verb or 'no'}_%s")
        if action and form.is_valid() and self._act(request, batch, action, form):
            return redirect("admin:payments_payoutbatch_change", batch.pk)
        return self._render(request, batch, **{f"{verb or 'no'}_form": form})

    def _act(self, request: HttpRequest, batch: PayoutBatch, action: Any, form: Form) -> bool:
        try:
            messages.success(request, action(batch, authenticated_user(request), form))
        except Refusal as refusal:
            if refusal.field in form.fields:
                add_refusal_to(form, refusal)
                return False
            messages.error(request, str(refusal))
        return True

    def _download(self, request: HttpRequest, batch: PayoutBatch) -> HttpResponse:
        by, now = authenticated_user(request), timezone.now()
        try:
            content = bank_files.make_bank_file(batch=batch, by=by, at=now)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:payments_payoutbatch_change", batch.pk)
        name = f"neft-{batch.reference}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)

    def _remove(self, request: HttpRequest, batch: PayoutBatch) -> HttpResponse:
        payout = get_object_or_404(batch.payouts, pk=request.POST.get("payout"))
        try:
            batches.remove_payout(payout=payout, by=authenticated_user(request), at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect("admin:payments_payoutbatch_change", batch.pk)

    def _render(self, request: HttpRequest, batch: PayoutBatch, **extra: object) -> HttpResponse:
        payouts = list(batch.payouts.select_related("agent").order_by("holder_name", "pk"))
        ready = [row for row in payouts if row.state == Payout.State.READY]
        is_draft, is_maker = batch.state == State.DRAFT, batch.maker_id == request.user.pk
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(batch),
            "batch": batch,
            "payouts": payouts,
            "count": len(ready) if is_draft else batch.count,
            "total_paise": sum(row.amount_paise for row in ready)
            if is_draft
            else batch.total_paise,
            "can_submit": is_draft and is_maker,
            "can_approve": batch.state in (State.SUBMITTED, State.CHECKED)
            and request.user.pk not in (batch.maker_id, batch.checker_id),
            "can_reject": batch.state in (State.DRAFT, State.SUBMITTED, State.CHECKED),
            "is_file": batch.rail == Rail.NEFT_FILE and batch.state == State.SENDING,
            "utrs_form": UtrListForm(auto_id="utrs_%s"),
            "approve_form": ApproveBatchForm(auto_id="approve_%s"),
            "reject_form": RejectBatchForm(auto_id="reject_%s"),
            "events": batch.events.select_related("by__agent").order_by("at", "pk"),
            "next_step": next_step_of_batch(batch, viewer=authenticated_user(request)),
            "is_open": batch.state not in (State.DONE, State.REJECTED),
            **extra,
        }
        return TemplateResponse(request, "payments/payouts/admin/batch.html", context)
