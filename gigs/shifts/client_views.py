"""The client's live board, and one shift of an agent with its time log."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gigs import view_helpers
from gigs.clients.permissions import MANAGERS, MemberRequest, for_budget_holders, for_members
from gigs.models import TimeCorrection
from gigs.shifts import calendar, corrections
from gigs.shifts import queries as shift_queries
from gigs.shifts.corrections import Side
from gigs.shifts.forms import CorrectionForm, WeekForm
from gigs.shifts.view_helpers import decide, session_of
from hitouch.core.web.query import query_parameters


@require_safe
@for_members()
def live_board(request: MemberRequest) -> HttpResponse:
    """Who is at work now, on a break, late or missing; and hours that wait for an answer."""
    now, client = timezone.now(), request.member.client
    records = shift_queries.shift_records(shift_queries.live_claims(client, now=now), now=now)
    facts = {
        "records": records,
        "corrections": shift_queries.open_corrections(client)[:50],
        "member": request.member,
        "now": now,
    }
    return render(request, "gigs/shifts/client_live_board.html", facts)


@require_safe
@for_members()
@query_parameters(WeekForm)
def schedule(request: MemberRequest) -> HttpResponse:
    """A week of the client's shifts: seats filled and open, who has them, and the cost so far."""
    now = timezone.now()
    week = calendar.Week.asked_for(WeekForm(request.GET).day, now=now)
    shown = calendar.client_calendar(request.member.client, week, now=now)
    facts = {
        "calendar": shown,
        "sums": calendar.sums(shown),
        "member": request.member,
        "today": calendar.Week.asked_for(None, now=now).first,
        "now": now,
    }
    return render(request, "gigs/shifts/client_schedule.html", facts)


@require_safe
@for_members()
def shift(request: MemberRequest, claim_id: UUID) -> HttpResponse:
    """One shift of an agent: its time log, adherence and corrections."""
    return _shift_page(request, claim_id, CorrectionForm())


def _shift_page(request: MemberRequest, claim_id: UUID, form: CorrectionForm) -> HttpResponse:
    mine = shift_queries.claims_for(request.member.client).filter(pk=claim_id)
    records = shift_queries.shift_records(mine, now=timezone.now())
    if not records:
        raise Http404
    facts = {
        "record": records[0],
        "form": form if request.member.may_change else None,
        "side": Side.CLIENT,
        "member": request.member,
    }
    return render(request, "gigs/shifts/client_shift.html", facts)


@require_POST
@for_members(*MANAGERS)
def propose_correction(request: MemberRequest, claim_id: UUID) -> HttpResponse:
    """Propose other hours for a shift."""
    mine = shift_queries.claims_for(request.member.client)
    claim = get_object_or_404(mine, pk=claim_id)
    form = CorrectionForm(request.POST)
    done = view_helpers.save_form(
        form,
        lambda: corrections.propose(
            claim=claim,
            side=Side.CLIENT,
            by=request.user,
            at=timezone.now(),
            **session_of(claim, form.cleaned_data),
        ),
    )
    if done is None:
        return _shift_page(request, claim_id, form)
    messages.success(request, f"Sent to {claim.agent}, who must agree.")
    return redirect("gigs:client-shift", claim.pk)


@require_POST
@for_budget_holders
def decide_correction(request: MemberRequest, correction_id: UUID, verb: str) -> HttpResponse:
    """Agree to, refuse or withdraw a correction."""
    mine = TimeCorrection.objects.filter(claim__gig__client=request.member.client)
    correction = get_object_or_404(mine, pk=correction_id)
    decide(request, correction, verb, side=Side.CLIENT)
    return redirect("gigs:client-shift", correction.claim_id)
