"""Pages on which a client follows, holds, ends and replaces gigs, and calls off work."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gigs import view_helpers
from gigs.clients.permissions import MANAGERS, MemberRequest, for_budget_holders, for_members
from gigs.engagements import endings, projects
from gigs.engagements import queries as gig_queries
from gigs.engagements import services as gig_services
from gigs.engagements.forms import EndForm
from gigs.models import Gig, Opportunity, Project
from gigs.opportunities import queries as opportunity_queries
from hitouch.core.web.query import PageNumberForm, query_parameters
from hitouch.core.web.views import form_page


@require_safe
@for_members()
@query_parameters(PageNumberForm)
def gigs(request: MemberRequest) -> HttpResponse:
    """Gigs at the client."""
    rows = gig_queries.gigs_for(request.member.client).order_by("-created_at", "pk")
    facts = {"page": view_helpers.paginate(request, rows), "member": request.member}
    return render(request, "gigs/engagements/client_gigs.html", facts)


@require_safe
@for_members()
def gig(request: MemberRequest, gig_id: UUID) -> HttpResponse:
    """One gig: its history, and what can be done with it at what cost."""
    return _gig_page(request, _gig(request, gig_id), EndForm())


def _gig(request: MemberRequest, gig_id: UUID) -> Gig:
    return get_object_or_404(gig_queries.gigs_for(request.member.client), pk=gig_id)


def _gig_page(request: MemberRequest, found: Gig, form: EndForm) -> HttpResponse:
    now = timezone.now()
    facts = {
        "gig": found,
        "end": endings.end_of(found, now=now),
        "can_complete": found.works.exists() and not gig_queries.has_open_work(found, now=now),
        "can_replace": found.opportunity.takes_agents,
        "may_change": request.member.may_change and not found.has_ended,
        "may_rate": request.member.may_change,
        "events": found.events.order_by("pk"),
        "form": form,
    }
    return render(request, "gigs/engagements/client_gig.html", facts)


@require_POST
@for_members(*MANAGERS)
def complete_gig(request: MemberRequest, gig_id: UUID) -> HttpResponse:
    """Complete a gig."""
    found = _gig(request, gig_id)
    view_helpers.call_and_report(
        request,
        "Gig completed.",
        lambda: gig_services.complete_gig(gig=found, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:client-gigs")


@require_POST
@for_members(*MANAGERS)
def resume_gig(request: MemberRequest, gig_id: UUID) -> HttpResponse:
    """Resume a gig that is on hold."""
    found = _gig(request, gig_id)
    view_helpers.call_and_report(
        request,
        "The agent can work again.",
        lambda: gig_services.resume_gig(gig=found, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:client-gig", found.pk)


def _with_reason(
    request: MemberRequest, gig_id: UUID, service: Callable[..., Gig], done: str
) -> HttpResponse:
    found, form = _gig(request, gig_id), EndForm(request.POST)
    changed = view_helpers.save_form(
        form,
        lambda: service(
            gig=found, why=form.cleaned_data["reason"], by=request.user, at=timezone.now()
        ),
    )
    if changed is None:
        return _gig_page(request, found, form)
    messages.success(request, done)
    return redirect("gigs:client-gig", found.pk)


@require_POST
@for_members(*MANAGERS)
def hold_gig(request: MemberRequest, gig_id: UUID) -> HttpResponse:
    """Put a gig on hold."""
    done = "On hold. The agent has been informed."
    return _with_reason(request, gig_id, gig_services.hold_gig, done)


@require_POST
@for_members(*MANAGERS)
def end_gig(request: MemberRequest, gig_id: UUID) -> HttpResponse:
    """End a gig for good."""
    done = "Gig ended. The agent has been informed, and what it did not earn is available."
    return _with_reason(request, gig_id, gig_services.end_gig, done)


@require_POST
@for_budget_holders
def replace_gig(request: MemberRequest, gig_id: UUID) -> HttpResponse:
    """End a gig and open its place again."""
    done = "Gig ended. The place is open again: you can accept another agent."
    return _with_reason(request, gig_id, gig_services.replace_gig, done)


@form_page
@for_members(*MANAGERS)
def cancel_opportunity(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """What cancelling an opportunity would do, and the form to confirm it."""
    rows = opportunity_queries.opportunities_of(request.member.client)
    found = get_object_or_404(rows, pk=opportunity_id)
    form = EndForm(request.POST or None)
    cancelled = view_helpers.save_form(
        form,
        lambda: gig_services.cancel_opportunity(
            opportunity=found, why=form.cleaned_data["reason"], by=request.user, at=timezone.now()
        ),
    )
    if cancelled is None:
        return _cancel_page(request, found, form)
    messages.success(request, "Cancelled. Everybody concerned has been informed.")
    return redirect("gigs:client-opportunity", found.pk)


def _cancel_page(request: MemberRequest, found: Opportunity, form: EndForm) -> HttpResponse:
    gigs = list(gig_queries.running_gigs(found))
    late = endings.late_paise(gigs, now=timezone.now())
    facts = {"opportunity": found, "gigs": len(gigs), "late_paise": late, "form": form}
    return render(request, "gigs/engagements/client_cancel_opportunity.html", facts)


def _change_project(
    request: MemberRequest, project_id: UUID, service: Callable[..., Project], done: str
) -> HttpResponse:
    found = get_object_or_404(request.member.client.projects, pk=project_id)
    view_helpers.call_and_report(
        request, done, lambda: service(project=found, by=request.user, at=timezone.now())
    )
    return redirect("gigs:client-project", found.pk)


@require_POST
@for_members(*MANAGERS)
def hold_project(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Put a project on hold."""
    done = "On hold. Nobody can apply until you resume it; agents at work go on."
    return _change_project(request, project_id, projects.hold_project, done)


@require_POST
@for_members(*MANAGERS)
def resume_project(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Resume a project."""
    return _change_project(request, project_id, projects.resume_project, "The project goes on.")


@require_POST
@for_members(*MANAGERS)
def complete_project(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """Complete a project."""
    return _change_project(request, project_id, projects.complete_project, "Project completed.")


@form_page
@for_members(*MANAGERS)
def cancel_project(request: MemberRequest, project_id: UUID) -> HttpResponse:
    """What cancelling a project would do, and the form to confirm it."""
    found = get_object_or_404(request.member.client.projects, pk=project_id)
    form = EndForm(request.POST or None)
    cancelled = view_helpers.save_form(
        form,
        lambda: projects.cancel_project(
            project=found, why=form.cleaned_data["reason"], by=request.user, at=timezone.now()
        ),
    )
    if cancelled is None:
        gigs = list(gig_queries.running_gigs_of_project(found))
        late = endings.late_paise(gigs, now=timezone.now())
        facts = {"project": found, "gigs": len(gigs), "late_paise": late, "form": form}
        return render(request, "gigs/engagements/client_cancel_project.html", facts)
    messages.success(request, "Cancelled. Everybody concerned has been informed.")
    return redirect("gigs:client-project", found.pk)
