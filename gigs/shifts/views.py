"""Shifts of an agent: agenda, one shift with its time log, clocking in and out, breaks."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import AgentRequest, for_agents
from gigs import view_helpers
from gigs.models import TimeCorrection
from gigs.shifts import corrections
from gigs.shifts import queries as shift_queries
from gigs.shifts import services as shift_services
from gigs.shifts.corrections import Side
from gigs.shifts.forms import CorrectionForm, TaskCountForm
from gigs.shifts.view_helpers import decide, session_of
from gigs.slots import queries as slot_queries


@require_safe
@for_agents
def shifts(request: AgentRequest) -> HttpResponse:
    """The agent's running, upcoming and past shifts."""
    now = timezone.now()
    claims = slot_queries.claims_of(request.agent)
    running = shift_queries.running_session(request.agent)
    pause = shift_queries.running_break(request.agent)
    coming = claims.ahead(now).order_by("slot__starts_at")
    ahead = shift_queries.shift_statuses(coming, now=now, is_at_work=bool(running or pause))
    past = claims.exclude(pk__in=claims.ahead(now).values("pk")).order_by("-slot__starts_at", "pk")
    facts = {
        "running": running,
        "pause": pause,
        "has_calendar": hasattr(request.agent, "calendar_feed"),
        "ahead": ahead,
        "page": view_helpers.paginate(request, past),
    }
    return render(request, "gigs/shifts/shifts.html", facts)


@require_POST
@for_agents
def clock_in(request: AgentRequest, claim_id: UUID) -> HttpResponse:
    """Clock in."""
    claim = get_object_or_404(request.agent.claims, pk=claim_id)
    view_helpers.call_and_report(
        request,
        "You are clocked in. Have a good shift.",
        lambda: shift_services.clock_in(claim=claim, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:shifts")


@require_POST
@for_agents
def clock_out(request: AgentRequest, session_id: UUID) -> HttpResponse:
    """Clock out."""
    session = get_object_or_404(request.agent.work_sessions, pk=session_id)
    view_helpers.call_and_report(
        request,
        "You are clocked out. Open the gig to submit your work.",
        lambda: shift_services.clock_out(session=session, at=timezone.now()),
    )
    return redirect("gigs:gig", session.gig_id)


@require_POST
@for_agents
def start_break(request: AgentRequest, session_id: UUID) -> HttpResponse:
    """Start a break."""
    session = get_object_or_404(request.agent.work_sessions, pk=session_id)
    view_helpers.call_and_report(
        request,
        "Enjoy your break. Time counts again when you end it.",
        lambda: shift_services.start_break(session=session, at=timezone.now()),
    )
    return redirect("gigs:shifts")


@require_POST
@for_agents
def end_break(request: AgentRequest, break_id: UUID) -> HttpResponse:
    """End a break."""
    pause = get_object_or_404(request.agent.breaks, pk=break_id)
    view_helpers.call_and_report(
        request,
        "Welcome back. Your time counts again.",
        lambda: shift_services.end_break(pause=pause, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:shifts")


@require_safe
@for_agents
def shift(request: AgentRequest, claim_id: UUID) -> HttpResponse:
    """One shift: its time log, adherence and corrections."""
    return _shift_page(request, claim_id, CorrectionForm(), TaskCountForm())


def _shift_page(
    request: AgentRequest, claim_id: UUID, form: CorrectionForm, task_form: TaskCountForm
) -> HttpResponse:
    mine = slot_queries.claims_of(request.agent).filter(pk=claim_id)
    records = shift_queries.shift_records(mine, now=timezone.now())
    if not records:
        raise Http404
    facts = {"record": records[0], "form": form, "task_form": task_form, "side": Side.AGENT}
    return render(request, "gigs/shifts/shift.html", facts)


@require_POST
@for_agents
def count_tasks(request: AgentRequest, claim_id: UUID) -> HttpResponse:
    """Count tickets or tasks of a shift."""
    claim = get_object_or_404(request.agent.claims, pk=claim_id)
    form = TaskCountForm(request.POST)
    done = view_helpers.save_form(
        form,
        lambda: shift_services.count_tasks(
            claim=claim, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if done is None:
        return _shift_page(request, claim_id, CorrectionForm(), form)
    messages.success(request, "Counted.")
    return redirect("gigs:shift", claim.pk)


@require_POST
@for_agents
def propose_correction(request: AgentRequest, claim_id: UUID) -> HttpResponse:
    """Propose other hours for a shift."""
    claim = get_object_or_404(request.agent.claims, pk=claim_id)
    form = CorrectionForm(request.POST)
    done = view_helpers.save_form(
        form,
        lambda: corrections.propose(
            claim=claim,
            side=Side.AGENT,
            by=request.user,
            at=timezone.now(),
            **session_of(claim, form.cleaned_data),
        ),
    )
    if done is None:
        return _shift_page(request, claim_id, form, TaskCountForm())
    messages.success(request, f"Sent to {claim.gig.client}, who must agree.")
    return redirect("gigs:shift", claim.pk)


@require_POST
@for_agents
def decide_correction(request: AgentRequest, correction_id: UUID, verb: str) -> HttpResponse:
    """Agree to, refuse or withdraw a correction."""
    mine = TimeCorrection.objects.filter(claim__agent=request.agent)
    correction = get_object_or_404(mine, pk=correction_id)
    decide(request, correction, verb, side=Side.AGENT)
    return redirect("gigs:shift", correction.claim_id)
