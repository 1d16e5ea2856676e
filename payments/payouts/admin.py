"""Admin of payouts, of what two people say about them, of holds and of the sending switch."""

from collections.abc import Callable
from datetime import date
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.cache import never_cache

from accounts.models import User
from accounts.permissions import authenticated_user
from hitouch.core import money
from hitouch.core.admin import ActionPagesAdmin, FinanceReadOnlyAdmin, refuse_query
from hitouch.core.errors import Refusal
from hitouch.core.templatetags.hitouch import badge_word
from hitouch.core.web.admin_lists import Column, KeyBeginning, Words
from hitouch.core.web.badges import badge_tone
from hitouch.core.web.forms import add_refusal_to
from payments import utr
from payments.approvals.admin import person
from payments.evidence.admin import EvidenceColumnMixin
from payments.models import (
    PaymentHold,
    Payout,
    PayoutDecision,
    PayoutItem,
    Rail,
    SendingSwitch,
)
from payments.models.payouts import UNDERWAY
from payments.payouts import decisions, queries, services, switch
from payments.payouts.forms import FailForm, HoldPaymentForm, PayoutDecisionForm, StopForm, UtrForm
from payments.payouts.next_steps import EFFECTS, next_step_of
from payments.payouts.refusals import DecisionClosed


def _start(payout: Payout, by: User, form: Form) -> str:
    services.start_payout(payout=payout, by=by, at=timezone.now())
    return "Payout started. View the account number and make the bank transfer."


def _settle(payout: Payout, by: User, form: Form) -> str:
    number = form.cleaned_data["utr"]
    services.settle_payout(payout=payout, utr_number=number, by=by, at=timezone.now())
    return "UTR recorded. The agent has been informed."


def _propose(payout: Payout, by: User, form: Form) -> str:
    said = form.cleaned_data
    decisions.propose_decision(
        payout=payout, verb=said["what"], reason=said["reason"], utr_number=said["utr"],
        by=by, at=timezone.now(),
    )  # fmt: skip
    return "Proposed. Someone else in finance must confirm it."


def _fail(payout: Payout, by: User, form: Form) -> str:
    reason, verb = form.cleaned_data["reason"], PayoutDecision.Verb.FAIL
    decisions.propose_decision(payout=payout, verb=verb, reason=reason, by=by, at=timezone.now())
    return "Proposed. Someone else in finance must confirm that the transfer failed."


def _hold(payout: Payout, by: User, form: Any) -> str:
    payment = get_object_or_404(payout.payments, pk=form.cleaned_data["payment"])
    services.hold_payment(
        payment=payment, cause=PaymentHold.Cause.CHECK, note=form.cleaned_data["note"],
        amount_paise=form.amount_paise, by=by, at=timezone.now(),
    )  # fmt: skip
    return "On hold. A payout that is ready goes without it."


def _release(payout: Payout, by: User, form: Form) -> str:
    holds = PaymentHold.objects.filter(payment__in=payout.payments.all(), released_at=None)
    for hold in holds.select_related("payment"):
        services.release_hold(hold=hold, by=by, at=timezone.now())
    return "Released. The agent's next payout carries the amount."


def _open_decision(payout: Payout) -> PayoutDecision:
    if decision := queries.open_decision_of(payout):
        return decision
    raise DecisionClosed


def _accept(payout: Payout, by: User, form: Form) -> str:
    decisions.accept_decision(decision=_open_decision(payout), by=by, at=timezone.now())
    return "Confirmed. The agent has been informed."


def _decline(payout: Payout, by: User, form: Form) -> str:
    decisions.decline_decision(decision=_open_decision(payout), by=by, at=timezone.now())
    return "Declined. The payout stays as it is."


def _retry(payout: Payout, by: User, form: Form) -> str:
    services.retry_payout(payout=payout, by=by, at=timezone.now())
    return "New payout added to the queue."


Action = tuple[type[Form], Callable[[Payout, User, Any], str]]
#: Form and function for each value of the POST field `verb`.
ACTIONS: dict[str, Action] = {
    "start": (Form, _start),
    "settle": (UtrForm, _settle),
    "fail": (FailForm, _fail),
    "propose": (PayoutDecisionForm, _propose),
    "hold": (HoldPaymentForm, _hold),
    "release": (Form, _release),
    "accept": (Form, _accept),
    "decline": (Form, _decline),
    "retry": (Form, _retry),
}


def _items_with_forms(payout: Payout, sent: Any) -> list[tuple[PayoutItem, Form]]:
    """What the payout carries, each with its form for a hold; `sent` has errors to show."""
    rows = payout.items.select_related("payment__gig__client").order_by("created_at", "pk")
    return [
        (item, sent)
        if sent and sent.data.get("payment") == str(item.payment_id)
        else (item, HoldPaymentForm(auto_id=f"hold_{number}_%s"))
        for number, item in enumerate(rows)
    ]


def _utr(text: str) -> str:
    return utr.normalise_utr(text) or ""


class NeedsAttention(admin.SimpleListFilter):
    """Payouts that a person has to look at."""

    title = "needs"
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The one choice."""
        return [("attention", "a person to look at it")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Payout]) -> QuerySet[Payout]:
        """Narrow the list."""
        return queryset.exclude(attention="") if self.value() == "attention" else queryset


@admin.register(PayoutDecision)
class PayoutDecisionAdmin(EvidenceColumnMixin, FinanceReadOnlyAdmin):
    """What colleagues said about payouts. It is confirmed on the payout's page."""

    list_display = [
        "proposed_at", "payout_link", "verb", "reason", person("proposed_by"), "outcome",
        "evidence",
    ]  # fmt: skip
    list_filter = ["outcome", "verb"]
    list_select_related = ["payout", "proposed_by__agent"]
    ordering = ["-proposed_at"]

    @admin.display(description="Payout")
    def payout_link(self, decision: PayoutDecision) -> str:
        url = reverse("admin:payments_payout_change", args=[decision.payout_id])
        return format_html('<a href="{}">{}</a>', url, decision.payout)


@admin.register(PaymentHold)
class PaymentHoldAdmin(FinanceReadOnlyAdmin):
    """Amounts of payments on hold."""

    list_display = [
        "placed_at", "payment", "amount", "cause", "note", person("placed_by"), "released_at",
    ]  # fmt: skip
    list_filter = ["cause"]
    list_select_related = ["payment__gig", "placed_by__agent"]
    ordering = ["-placed_at"]

    @admin.display(description="Amount")
    def amount(self, hold: PaymentHold) -> str:
        return "All of it" if hold.amount_paise is None else money.rupees(hold.amount_paise)


@admin.register(SendingSwitch)
class SendingSwitchAdmin(ActionPagesAdmin):
    """One page: stop all sending, or start it again with a second person."""

    allowed_roles = ("finance",)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The switch with its two forms."""
        if not self.has_role(request):
            raise PermissionDenied
        refuse_query(request)
        form = StopForm(request.POST if request.POST.get("verb") == "stop" else None)
        if request.method == "POST" and self._act(request, form):
            return redirect("admin:payments_sendingswitch_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Sending of payouts",
            "switch": queries.sending_switch(timezone.now()),
            "stop_form": form,
        }
        return TemplateResponse(request, "payments/payouts/admin/switch.html", context)

    def _act(self, request: HttpRequest, form: StopForm) -> bool:
        by, now = authenticated_user(request), timezone.now()
        try:
            if request.POST.get("verb") == "start":
                row = switch.start_sending(by=by, at=now)
                said = "Sending is on." if row.is_on else "Proposed. A second person must confirm."
            elif form.is_valid():
                switch.stop_sending(reason=form.cleaned_data["reason"], by=by, at=now)
                said = "All sending is stopped."
            else:
                return False
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return True
        messages.success(request, said)
        return True


@admin.register(Payout)
class PayoutAdmin(FinanceReadOnlyAdmin):
    """Payouts, oldest first."""

    list_display = [
        "holder_name", "amount", "badge", "rail", "account", "pay_by", person("started_by"),
        "created_at", "attention",
    ]  # fmt: skip
    list_filter = ["state", "rail", NeedsAttention]
    search_by = (
        Words("the beginnings of the account holder's names", ("holder_name",)),
        Column("a whole UTR", "utr", _utr),
        KeyBeginning("the beginning of an id"),
    )
    list_select_related = ["started_by__agent"]
    ordering = ["created_at"]

    @admin.display(description="Amount")
    def amount(self, payout: Payout) -> str:
        return money.rupees(payout.amount_paise)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Payout]:
        """With what is needed to say by which day an enterprise must be paid."""
        items = Prefetch("items", PayoutItem.objects.select_related("payment"))
        rows = super().get_queryset(request)
        return rows.prefetch_related(items, "agent__udyam_registrations")

    @admin.display(description="Pay by", empty_value="")
    def pay_by(self, payout: Payout) -> date | None:
        """The last day for an agent who is a registered micro or small enterprise."""
        return queries.pay_by(payout)

    @admin.display(description="State")
    def badge(self, payout: Payout) -> str:
        return badge_word(payout.get_state_display(), badge_tone(payout.state))

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
        form = form_class(request.POST or None, auto_id=f"{verb or 'no'}_%s")
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
        is_maker, viewer = payout.started_by_id == request.user.pk, authenticated_user(request)
        decision, verbs = queries.open_decision_of(payout), decisions.verbs_for(payout)
        can_retry = payout.state in (Payout.State.FAILED, Payout.State.REVERSED)
        is_carried = can_retry and queries.is_carried_again(payout)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(payout),
            "payout": payout,
            "is_ready": payout.state == Payout.State.READY,
            "is_by_hand": payout.state == Payout.State.PROCESSING and payout.rail == Rail.MANUAL,
            "can_retry": can_retry and not is_carried,
            "next_step": next_step_of(
                payout, viewer=viewer, is_carried=is_carried, now=timezone.now()
            ),
            "is_underway": payout.state in UNDERWAY or payout.state == Payout.State.APPROVED,
            "is_maker": is_maker,
            "decision": decision,
            "decision_effect": EFFECTS[PayoutDecision.Verb(decision.verb)] if decision else "",
            "is_own_decision": decision and decision.proposed_by_id == request.user.pk,
            "decisions": [row for row in payout.decisions.all() if row.outcome],
            "items": _items_with_forms(payout, extra.get("hold_form")),
            "holds": PaymentHold.objects.filter(
                payment__in=payout.payments.all(), released_at=None
            ).select_related("payment__gig", "placed_by__agent"),
            "settle_form": UtrForm(auto_id="settle_%s"),
            "propose_form": PayoutDecisionForm(verbs=verbs, auto_id="propose_%s")
            if verbs and not decision
            else None,
            "events": payout.events.select_related("by__agent").order_by("at", "pk"),
            **extra,
        }
        page = TemplateResponse(request, "payments/payouts/admin/payout.html", context)
        # The page may show a full account number.
        return cast(HttpResponse, never_cache(lambda _: page)(request))
