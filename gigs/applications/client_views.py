"""Pages on which a client decides on applications."""

from collections.abc import Sequence, Sized
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from gigs import view_helpers
from gigs.applications import applicants
from gigs.applications import queries as application_queries
from gigs.applications import services as application_services
from gigs.applications.forms import (
    AcceptSeveralForm,
    ApplicantOrder,
    ApplicantsForm,
    CompareForm,
    RejectApplicationForm,
    RejectSeveralForm,
)
from gigs.applications.services import Undecided
from gigs.clients.permissions import MANAGERS, MemberRequest, for_budget_holders, for_members
from gigs.models import Application, Opportunity
from hitouch.core.web.query import PageNumberForm, query_parameters
from hitouch.core.web.views import form_page

ORDERS = {
    ApplicantOrder.NEWEST: ("-created_at", "pk"),
    ApplicantOrder.OLDEST: ("created_at", "pk"),
    ApplicantOrder.MATCH: ("-score", "created_at", "pk"),
}


@require_safe
@for_members()
@query_parameters(PageNumberForm, ApplicantsForm)
def applications(request: MemberRequest) -> HttpResponse:
    """Applications to the client with the people behind them, in the order asked for."""
    client, now = request.member.client, timezone.now()
    own = Opportunity.objects.filter(project__client=client).published()
    choice = ApplicantsForm(request.GET, opportunities=own.order_by("-created_at", "pk"))
    rows = application_queries.applications_for(client)
    if state := choice.found("state"):
        rows = rows.filter(state=state)
    if opportunity := choice.found("opportunity"):
        rows = rows.filter(opportunity=opportunity)
    order = choice.found("sort") or ApplicantOrder.NEWEST
    ordered = (
        applicants.by_standing(rows, now=now)
        if order == ApplicantOrder.STANDING
        else rows.order_by(*ORDERS[order])
    )
    page = view_helpers.paginate(request, ordered)
    facts = {
        "page": page,
        "people": applicants.people_behind(list(page), now=now),
        "has_pending": any(row.is_pending for row in page),
        "filter": choice,
        "member": request.member,
    }
    return render(request, "gigs/applications/client_applications.html", facts)


@require_safe
@for_members()
@query_parameters(CompareForm, check_values=False)
def compare(request: MemberRequest) -> HttpResponse:
    """Two to four applicants side by side."""
    form = CompareForm(request.GET)
    if not form.is_valid():
        messages.error(request, str(form.errors["applications"][0]))
        return redirect("gigs:client-applications")
    ids = form.cleaned_data["applications"]
    rows = application_queries.chosen_applications(request.member.client, ids)
    people = applicants.people_behind(rows, now=timezone.now())
    facts = {"people": people, "member": request.member}
    return render(request, "gigs/applications/client_compare.html", facts)


@form_page
@for_budget_holders
@query_parameters(AcceptSeveralForm, check_values=False)
def accept_several(request: MemberRequest) -> HttpResponse:
    """What accepting the ticked applications may cost, and then accept them."""
    form = AcceptSeveralForm(request.POST if request.method == "POST" else request.GET)
    if not form.is_valid():
        messages.error(request, "Select the applications to accept.")
        return redirect("gigs:client-applications")
    ids = form.cleaned_data["applications"]
    rows = application_queries.chosen_applications(request.member.client, ids)
    if request.method != "POST":
        facts = {"rows": rows, "most_paise": sum(row.opportunity.cost_each_paise for row in rows)}
        return render(request, "gigs/applications/client_accept_several.html", facts)
    left_out = application_services.accept_several(
        applications=rows, by=request.user, at=timezone.now()
    )
    _report(request, rows, left_out, "accepted and can now claim shifts")
    return redirect("gigs:client-applications")


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
        "person": applicants.people_behind([found], now=timezone.now())[0],
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


@form_page
@for_members(*MANAGERS)
@query_parameters(RejectSeveralForm, check_values=False)
def reject_several(request: MemberRequest) -> HttpResponse:
    """Ask for the reason, and then reject the ticked applications."""
    client = request.member.client
    form = RejectSeveralForm(request.POST if request.method == "POST" else request.GET)
    if "applications" in form.errors:
        messages.error(request, "Select the applications to reject.")
        return redirect("gigs:client-applications")
    facts = dict(form.cleaned_data)
    rows = application_queries.chosen_applications(client, facts.pop("applications"))
    if request.method != "POST" or not form.is_valid():
        shown = form if request.method == "POST" else RejectApplicationForm()
        page = {"rows": rows, "form": shown}
        return render(request, "gigs/applications/client_reject_several.html", page)
    left_out = application_services.reject_several(
        applications=rows, by=request.user, at=timezone.now(), **facts
    )
    _report(request, rows, left_out, "informed")
    return redirect("gigs:client-applications")


def _report(
    request: MemberRequest, rows: Sized, left_out: Sequence[Undecided], became: str
) -> None:
    """Say what became of the ticked applications, and why some were left out."""
    for each in left_out:
        messages.error(request, f"{each.application.agent}: {each.refusal}")
    if done := len(rows) - len(left_out):
        agents = "1 agent is" if done == 1 else f"{done} agents are"
        messages.success(request, f"{agents} {became}.")
