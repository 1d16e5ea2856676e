"""Pages of the desk: the queue, one ticket with its thread, and what a member does there."""

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import UserRequest, for_staff
from chatbot.desk import acts, answering, clocks, forms, services, view_helpers
from chatbot.desk.clocks import ClockKind
from chatbot.models import SealedSecret, Ticket
from chatbot.redaction import services as redaction
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.query import query_parameters

for_support = for_staff("support")
#: The header of a page that reads itself anew, and says by itself whether its member writes.
REFRESH = "X-Refresh"
#: The acts of the page, by the last part of their address, with the form that they read.
PAGE_ACTS: dict[str, tuple[acts.DeskAct, type[Form]]] = {
    "take": (acts.TAKE, forms.TakeForm),
    "note": (acts.NOTE, forms.NoteForm),
    "transfer": (acts.TRANSFER, forms.TransferForm),
    "priority": (acts.PRIORITY, forms.PriorityForm),
    "hold": (acts.HOLD, forms.HoldForm),
    "resume": (acts.RESUME, Form),
    "merge": (acts.MERGE, forms.MergeForm),
    "resolve": (acts.RESOLVE, Form),
    "reopen": (acts.REOPEN, Form),
    "hand-back": (acts.HAND_BACK, Form),
}


@require_safe
@never_cache
@for_support
@query_parameters(forms.QueueFilterForm)
def desk(request: UserRequest) -> HttpResponse:
    """The queue."""
    context = view_helpers.queue_context(request, member=request.user, now=timezone.now())
    return render(request, "chatbot/desk/desk.html", context)


@require_safe
@never_cache
@for_support
@query_parameters(forms.QueueFilterForm)
def desk_ticket(request: UserRequest, ticket_id: UUID) -> HttpResponse:
    """One ticket beside the queue. Opening it tells the others who looks at it."""
    ticket = _ticket(ticket_id)
    if REFRESH not in request.headers:
        services.seen(ticket=ticket, by=request.user, at=timezone.now())
    return _render_ticket(request, ticket)


@require_POST
@for_support
def answer(request: UserRequest, ticket_id: UUID) -> HttpResponse:
    """Send an answer; after a refusal the page comes back with what was typed."""
    ticket, form = _ticket(ticket_id), forms.DeskAnswerForm(request.POST)
    if form.is_valid():
        try:
            answering.send_answer(
                ticket=ticket, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except Refusal as refusal:
            add_refusal_to(form, refusal)
        else:
            closed = form.cleaned_data["close"]
            done = "Answer sent. The ticket is closed." if closed else "Answer sent."
            messages.success(request, done)
            return _back(request, ticket)
    return _render_ticket(request, ticket, answer_form=form)


@require_POST
@for_support
def act(request: UserRequest, ticket_id: UUID, name: str) -> HttpResponse:
    """One of `PAGE_ACTS`."""
    if name not in PAGE_ACTS:
        raise Http404
    done, form_class = PAGE_ACTS[name]
    ticket, form = _ticket(ticket_id), form_class(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(_faults(form)))
        return _back(request, ticket)
    try:
        done.run(ticket, form.cleaned_data, request.user, timezone.now())
        messages.success(request, done.done)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _back(request, ticket)


@require_POST
@never_cache
@for_support
@sensitive_variables("value")
def open_secret(request: UserRequest, ticket_id: UUID, secret_id: UUID) -> HttpResponse:
    """Show a sealed secret once; who opened it and why is in the audit log."""
    ticket = _ticket(ticket_id)
    secret = get_object_or_404(SealedSecret, pk=secret_id, ticket=ticket)
    form = forms.OpenSecretForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Write why you need it.")
        return _back(request, ticket)
    try:
        value = redaction.open_secret(
            secret=secret, by=request.user, at=timezone.now(), **form.cleaned_data
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _back(request, ticket)
    context = {"ticket": ticket, "secret": secret, "value": value, **form.cleaned_data}
    return render(request, "chatbot/desk/secret.html", context)


@require_safe
@for_support
def desk_clocks(request: UserRequest, ticket_id: UUID) -> HttpResponse:
    """Why a clock stands where it stands: each interval, and whether it counted."""
    ticket = _ticket(ticket_id)
    found = clocks.read(ticket, now=timezone.now())
    context = {"ticket": ticket, "clocks": found, "kinds": list(ClockKind)}
    return render(request, "chatbot/desk/clocks.html", context)


@require_POST
@for_support
def duty(request: UserRequest) -> HttpResponse:
    """Go on or off duty."""
    form, now = forms.DutyForm(request.POST), timezone.now()
    try:
        if form.is_valid() and form.cleaned_data["on_duty"]:
            services.go_on_duty(user=request.user, at=now)
            messages.success(request, "You are on duty. New tickets can be assigned to you.")
        else:
            services.go_off_duty(user=request.user, at=now)
            messages.success(request, "You are off duty. Your waiting tickets go to the others.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("chatbot:desk")


def _ticket(ticket_id: UUID) -> Ticket:
    rows = Ticket.objects.select_related(
        "user__agent", "assigned_to__agent", "topic", "merged_into", "conversation"
    )
    return get_object_or_404(rows, pk=ticket_id)


def _faults(form: Form) -> list[str]:
    return [
        f"{form.fields[name].label or name}: {error}" if name in form.fields else str(error)
        for name, errors in form.errors.items()
        for error in errors
    ]


def _back(request: UserRequest, ticket: Ticket) -> HttpResponse:
    """To the ticket, in the list in which it was opened."""
    url = reverse("chatbot:desk-ticket", args=[ticket.pk])
    query = request.GET.urlencode()
    return redirect(f"{url}?{query}" if query else url)


def _render_ticket(
    request: UserRequest, ticket: Ticket, *, answer_form: forms.DeskAnswerForm | None = None
) -> HttpResponse:
    now = timezone.now()
    context = {
        **view_helpers.queue_context(request, member=request.user, now=now),
        **view_helpers.ticket_context(
            ticket, member=request.user, now=now, answer_form=answer_form
        ),
    }
    status = 409 if answer_form is not None and hasattr(answer_form, "refusal") else 200
    return render(request, "chatbot/desk/ticket.html", context, status=status)
