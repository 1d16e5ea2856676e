"""Pages of agents: gigs, shifts, clocking in and out, submitting work."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import AgentRequest, for_agents
from gigs import view_helpers
from gigs.forms import WorkForm
from gigs.models import Gig, Work
from gigs.queries import work as work_queries
from gigs.services import claims as claim_services
from gigs.services import shifts as shift_services
from gigs.services import work as work_services
from hitouch.core.web.downloads import send_file
from hitouch.core.web.views import render_form

SHIFTS_SHOWN = 20


@require_safe
@for_agents
def gigs(request: AgentRequest) -> HttpResponse:
    """The agent's gigs."""
    rows = work_queries.gigs_of(request.agent).order_by("-created_at", "pk")
    return render(request, "gigs/gigs.html", {"page": view_helpers.paginate(request, rows)})


@require_safe
@for_agents
def gig(request: AgentRequest, gig_id: UUID) -> HttpResponse:
    """One gig: terms, slots, claims and submitted work."""
    found = get_object_or_404(work_queries.gigs_of(request.agent), pk=gig_id)
    return _gig_page(request, found, WorkForm())


def _gig_page(request: AgentRequest, found: Gig, form: WorkForm) -> HttpResponse:
    now, running = timezone.now(), work_queries.running_session(request.agent)
    claims = work_queries.claims_of(request.agent).filter(gig=found).order_by("-slot__starts_at")
    slots = work_queries.slots_of(found, now=now).order_by("starts_at", "pk")
    facts = {
        "gig": found,
        "running": running,
        "page": view_helpers.paginate(request, slots),
        "claims": work_queries.shift_statuses(
            claims[:SHIFTS_SHOWN], now=now, is_at_work=bool(running)
        ),
        "works": work_queries.works_of(request.agent).filter(gig=found).order_by("-submitted_at"),
        "unpaid": work_queries.unpaid_time(found),
        "may_hand_in": work_queries.can_submit_work(found),
    }
    return render_form(request, "gigs/gig.html", form, **facts)


@require_POST
@for_agents
def submit_work(request: AgentRequest, gig_id: UUID) -> HttpResponse:
    """Submit work."""
    found = get_object_or_404(work_queries.gigs_of(request.agent), pk=gig_id)
    form = WorkForm(request.POST, request.FILES)
    work = view_helpers.save_form(
        form,
        lambda: work_services.submit_work(
            gig=found, by=request.user, at=timezone.now(), **form.facts()
        ),
    )
    if work is None:
        return _gig_page(request, found, form)
    messages.success(
        request,
        f"Work submitted. If {found.client} does not respond within 7 days, it is approved.",
    )
    return redirect("gigs:gig", found.pk)


@require_safe
@for_agents
def work(request: AgentRequest, work_id: UUID) -> HttpResponse:
    """Submitted work with the client's review, and a form to resubmit it."""
    found = get_object_or_404(work_queries.works_of(request.agent), pk=work_id)
    return _work_page(request, found, WorkForm())


def _work_page(request: AgentRequest, found: Work, form: WorkForm) -> HttpResponse:
    facts = {
        "work": found,
        "gross_paise": work_queries.gross_of(found),
        "time": work_queries.time_of(found),
    }
    return render_form(request, "gigs/work.html", form, **facts)


@require_POST
@for_agents
def submit_rework(request: AgentRequest, work_id: UUID) -> HttpResponse:
    """Resubmit work."""
    found = get_object_or_404(work_queries.works_of(request.agent), pk=work_id)
    form = WorkForm(request.POST, request.FILES)
    done = view_helpers.save_form(
        form,
        lambda: work_services.submit_rework(
            work=found, by=request.user, at=timezone.now(), **form.facts()
        ),
    )
    if done is None:
        return _work_page(request, found, form)
    messages.success(request, "Work resubmitted.")
    return redirect("gigs:work", found.pk)


@require_safe
@for_agents
def file(request: AgentRequest, work_id: UUID, deliverable_id: UUID) -> HttpResponseBase:
    """A file that the agent submitted."""
    found = get_object_or_404(work_queries.works_of(request.agent), pk=work_id)
    return send_file(request, view_helpers.file_of(found, deliverable_id), inline=False)


@require_POST
@for_agents
def claim_slot(request: AgentRequest, slot_id: UUID) -> HttpResponse:
    """Claim a slot."""
    slot = get_object_or_404(work_queries.slots_open_to(request.agent), pk=slot_id)
    view_helpers.call_and_report(
        request,
        "Shift claimed. You can see it under Shifts.",
        lambda: claim_services.claim_slot(slot=slot, agent=request.agent, now=timezone.now()),
    )
    return redirect("gigs:gig", slot.opportunity.gigs.get(agent=request.agent).pk)


@require_safe
@for_agents
def shifts(request: AgentRequest) -> HttpResponse:
    """The agent's running, upcoming and past shifts."""
    now = timezone.now()
    claims = work_queries.claims_of(request.agent)
    running = work_queries.running_session(request.agent)
    coming = claims.ahead(now).order_by("slot__starts_at")
    ahead = work_queries.shift_statuses(coming, now=now, is_at_work=bool(running))
    past = claims.exclude(pk__in=claims.ahead(now).values("pk")).order_by("-slot__starts_at", "pk")
    facts = {
        "running": running,
        "ahead": ahead,
        "page": view_helpers.paginate(request, past),
    }
    return render(request, "gigs/shifts.html", facts)


@require_POST
@for_agents
def release_claim(request: AgentRequest, claim_id: UUID) -> HttpResponse:
    """Release a claim."""
    claim = get_object_or_404(request.agent.claims, pk=claim_id)
    view_helpers.call_and_report(
        request,
        "Shift released.",
        lambda: claim_services.release_claim(claim=claim, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:shifts")


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
