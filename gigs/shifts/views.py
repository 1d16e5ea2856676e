"""Shifts of an agent: agenda, one shift with its time log, clocking in and out, breaks."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import AgentRequest, for_agents
from gigs import view_helpers
from gigs.models import TimeCorrection
from gigs.models.slots import FREE_RELEASE
from gigs.shifts import calendar, corrections
from gigs.shifts import queries as shift_queries
from gigs.shifts import services as shift_services
from gigs.shifts.corrections import Side
from gigs.shifts.forms import AgentWeekForm, CorrectionForm, TaskCountForm
from gigs.shifts.view_helpers import decide, session_of
from gigs.slots import queries as slot_queries
from hitouch.core.india_time import day_of
from hitouch.core.web.query import PageNumberForm, query_parameters

#: The next shifts above the calendar; the list has them all.
NEXT_SHOWN = 2


@require_safe
@for_agents
@query_parameters(AgentWeekForm)
def shifts(request: AgentRequest) -> HttpResponse:
    """The running shift, the next one, and the week as a calendar."""
    now, choice = timezone.now(), AgentWeekForm(request.GET)
    week = calendar.Week.asked_for(choice.day, now=now)
    shown = calendar.agent_calendar(request.agent, week, now=now, with_open=choice.with_open)
    facts = {
        **_now(request, now=now, at_most=NEXT_SHOWN),
        "calendar": shown,
        "with_open": choice.with_open,
        "today": calendar.Week.asked_for(None, now=now).first,
        "has_feed": hasattr(request.agent, "calendar_feed"),
    }
    return render(request, "gigs/shifts/shifts.html", facts)


def _now(request: AgentRequest, *, now: datetime, at_most: int | None) -> dict[str, Any]:
    """The running shift or break, and the next shifts with what can be done with them."""
    running = shift_queries.running_session(request.agent)
    pause = shift_queries.running_break(request.agent)
    coming = slot_queries.claims_of(request.agent).ahead(now).order_by("slot__starts_at")
    if at_work := running or pause:
        coming = coming.exclude(pk=at_work.claim_id)
    ahead = shift_queries.shift_statuses(coming[:at_most], now=now, is_at_work=bool(at_work))
    return {"running": running, "pause": pause, "ahead": ahead}


@require_safe
@for_agents
@query_parameters(PageNumberForm)
def shift_list(request: AgentRequest) -> HttpResponse:
    """All upcoming shifts with what can be done, and all past ones."""
    now = timezone.now()
    claims = slot_queries.claims_of(request.agent)
    past = claims.exclude(pk__in=claims.ahead(now).values("pk")).order_by("-slot__starts_at", "pk")
    facts = {
        **_now(request, now=now, at_most=None),
        "page": view_helpers.paginate(request, past),
    }
    return render(request, "gigs/shifts/shift_list.html", facts)


@require_safe
@for_agents
def slot(request: AgentRequest, slot_id: UUID) -> HttpResponse:
    """A shift that the agent could claim or wait for: hours, pay and rules, before they do."""
    now = timezone.now()
    rows = slot_queries.slots_to_claim(request.agent, now=now)
    found = get_object_or_404(rows, pk=slot_id)
    gig = slot_queries.gig_of(found, request.agent)
    pay = shift_queries.pay_for(found.length, rate_paise=gig.rate_paise)
    facts = {
        "slot": found,
        "gig": gig,
        "pay_paise": pay if gig.is_hourly else None,
        "is_free_to_leave": found.is_free_to_leave(now),
        "free_until": found.starts_at - FREE_RELEASE,
        "week": calendar.Week.around(day_of(found.starts_at)).first,
    }
    return render(request, "gigs/shifts/slot.html", facts)


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
    now = timezone.now()
    records = shift_queries.shift_records(mine, now=now)
    if not records:
        raise Http404
    is_at_work = bool(
        shift_queries.running_session(request.agent) or shift_queries.running_break(request.agent)
    )
    facts = {
        "record": records[0],
        "status": shift_queries.shift_statuses(mine, now=now, is_at_work=is_at_work)[0],
        "form": form,
        "task_form": task_form,
        "side": Side.AGENT,
        "week": calendar.Week.around(day_of(records[0].claim.slot.starts_at)).first,
        **shift_queries.cancellation_of(records[0].claim),
    }
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
