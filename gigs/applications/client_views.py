"""Pages on which a client decides on applications."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gigs import view_helpers
from gigs.applications import queries as application_queries
from gigs.applications import services as application_services
from gigs.applications.forms import ApplicationFilter, RejectApplicationForm, RejectSeveralForm
from gigs.clients.permissions import MANAGERS, MemberRequest, for_budget_holders, for_members
from gigs.models import Application
from gigs.standing import standing_of_agent


@require_safe
@for_members()
def applications(request: MemberRequest) -> HttpResponse:
    """Applications to the client, newest first."""
    choice = ApplicationFilter(request.GET or None)
    rows = application_queries.applications_for(request.member.client)
    if choice.is_valid() and choice.cleaned_data["state"]:
        rows = rows.filter(state=choice.cleaned_data["state"])
    page = view_helpers.paginate(request, rows.order_by("-created_at", "pk"))
    facts = {"page": page, "filter": choice, "member": request.member}
    if request.member.may_change:
        facts["reject_form"] = RejectSeveralForm()
    return render(request, "gigs/applications/client_applications.html", facts)


@require_safe
@for_members()
def application(request: MemberRequest, application_id: UUID) -> HttpResponse:
    """One application with its match, and forms to decide on it."""
    rows = application_queries.applications_for(request.member.client)
    found = get_object_or_404(rows, pk=application_id)
    return _application_page(request, found, RejectApplicationForm())


def _application_page(
    request: MemberRequest, found: Application, form: RejectApplicationForm
) -> HttpResponse:
    may_decide = found.is_pending and request.member.may_change
    facts = {
        "application": found,
        "form": form,
        "may_decide": may_decide,
        "standing": standing_of_agent(found.agent, now=timezone.now()),
    }
    return render(request, "gigs/applications/client_application.html", facts)


@require_POST
@for_budget_holders
def accept(request: MemberRequest, application_id: UUID) -> HttpResponse:
    """Accept an application."""
    rows = application_queries.applications_for(request.member.client)
    found = get_object_or_404(rows, pk=application_id)
    view_helpers.call_and_report(
        request,
        f"{found.agent} is accepted and can now claim shifts.",
        lambda: application_services.accept(application=found, by=request.user, at=timezone.now()),
    )
    return redirect("gigs:client-application", found.pk)


@require_POST
@for_members(*MANAGERS)
def reject(request: MemberRequest, application_id: UUID) -> HttpResponse:
    """Reject an application."""
    rows = application_queries.applications_for(request.member.client)
    found = get_object_or_404(rows, pk=application_id)
    form = RejectApplicationForm(request.POST)
    done = view_helpers.save_form(
        form,
        lambda: application_services.reject(
            application=found, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if done is None:
        return _application_page(request, found, form)
    messages.success(request, f"{found.agent} has been informed.")
    return redirect("gigs:client-application", found.pk)


@require_POST
@for_members(*MANAGERS)
def reject_several(request: MemberRequest) -> HttpResponse:
    """Reject the applications that are ticked in the list."""
    form = RejectSeveralForm(request.POST)
    if not form.is_valid():
        messages.error(request, _first_error(form))
        return redirect("gigs:client-applications")
    facts = dict(form.cleaned_data)
    rows = application_queries.chosen_applications(request.member.client, facts.pop("applications"))
    left_out = application_services.reject_several(
        applications=rows, by=request.user, at=timezone.now(), **facts
    )
    for each in left_out:
        messages.error(request, f"{each.application.agent}: {each.refusal}")
    if done := len(rows) - len(left_out):
        agents = "1 agent has" if done == 1 else f"{done} agents have"
        messages.success(request, f"{agents} been informed.")
    return redirect("gigs:client-applications")


def _first_error(form: RejectSeveralForm) -> str:
    if "applications" in form.errors:
        return "Tick the applications to reject."
    return str(next(iter(form.errors.values()))[0])
