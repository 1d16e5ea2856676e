"""One gig with its slots and work, and the pages of submitted work."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import AgentRequest, for_agents
from gigs import view_helpers
from gigs.engagements import queries as gig_queries
from gigs.models import Gig, Work
from gigs.shifts import queries as shift_queries
from gigs.slots import queries as slot_queries
from gigs.work import queries as work_queries
from gigs.work import refused_parts
from gigs.work import services as work_services
from gigs.work.forms import MilestoneWorkForm, PartAnswerForm, SubmitWorkForm, WorkForm
from hitouch.core.web.downloads import send_file
from hitouch.core.web.query import PageNumberForm, query_parameters
from hitouch.core.web.views import render_form

SHIFTS_SHOWN = 20


@require_safe
@for_agents
@query_parameters(PageNumberForm)
def gig(request: AgentRequest, gig_id: UUID) -> HttpResponse:
    """One gig: terms, slots, claims and submitted work."""
    found = get_object_or_404(gig_queries.gigs_of(request.agent), pk=gig_id)
    return _gig_page(request, found, _submit_form(found))


def _submit_form(found: Gig, *data: Any) -> SubmitWorkForm:
    """The form to hand in work, with the choice of a milestone if there are any."""
    if not found.opportunity.milestones.exists():
        return SubmitWorkForm(*data)
    return MilestoneWorkForm(*data, milestones=work_queries.open_milestones(found))


def _gig_page(request: AgentRequest, found: Gig, form: SubmitWorkForm) -> HttpResponse:
    now, running = timezone.now(), shift_queries.running_session(request.agent)
    claims = slot_queries.claims_of(request.agent).filter(gig=found).order_by("-slot__starts_at")
    slots = slot_queries.slots_of(found, now=now).order_by("starts_at", "pk")
    facts = {
        "gig": found,
        "running": running,
        "page": view_helpers.paginate(request, slots),
        "claims": shift_queries.shift_statuses(
            claims[:SHIFTS_SHOWN], now=now, is_at_work=bool(running)
        ),
        "works": work_queries.works_of(request.agent).filter(gig=found).order_by("-submitted_at"),
        "unpaid": shift_queries.unpaid_time(found),
        "milestones": work_queries.milestones_of(found),
        "may_hand_in": work_queries.can_submit_work(found),
    }
    return render_form(request, "gigs/engagements/gig.html", form, **facts)


@require_POST
@for_agents
def submit_work(request: AgentRequest, gig_id: UUID) -> HttpResponse:
    """Submit work."""
    found = get_object_or_404(gig_queries.gigs_of(request.agent), pk=gig_id)
    form = _submit_form(found, request.POST, request.FILES)
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


def _work_page(
    request: AgentRequest, found: Work, form: WorkForm, answer_form: PartAnswerForm | None = None
) -> HttpResponse:
    records = work_queries.hours_of(found, now=timezone.now())
    facts = {
        "work": found,
        "gross_paise": work_queries.gross_of(found),
        "time": shift_queries.time_of(found),
        "records": records,
        "refused": work_queries.refused_rows(found, records),
        "versions": work_queries.versions_of(found),
        "answer_form": answer_form or PartAnswerForm(),
    }
    return render_form(request, "gigs/work/work.html", form, **facts)


@require_POST
@for_agents
def answer_part(request: AgentRequest, part_id: UUID) -> HttpResponse:
    """Answer to a part that the client refused."""
    part = get_object_or_404(work_queries.refused_parts_of(request.agent), pk=part_id)
    form = PartAnswerForm(request.POST)
    done = view_helpers.save_form(
        form,
        lambda: refused_parts.answer_part(
            part=part, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if done is None:
        found = work_queries.works_of(request.agent).get(pk=part.work_id)
        return _work_page(request, found, WorkForm(), answer_form=form)
    messages.success(request, "Answer sent to the client.")
    return redirect("gigs:work", part.work_id)


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
