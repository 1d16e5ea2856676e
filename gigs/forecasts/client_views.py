"""Pages on which a client plans shifts from a forecast."""

from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from gigs import view_helpers
from gigs.clients.permissions import MANAGERS, MemberRequest, for_members
from gigs.forecasts import charts, proposals, queries, services
from gigs.forecasts.forms import AddProposedForm, ForecastPageForm
from gigs.forecasts.proposals import ShiftProposal
from gigs.models import Forecast
from gigs.opportunities import queries as opportunity_queries
from gigs.recurrence import DAY
from gigs.series import plans as series_plans
from gigs.series.client_views import previewed
from gigs.series.plans import Preview
from hitouch.core.india_time import day_of
from hitouch.core.web.views import form_page, post_data_or_none


@form_page
@for_members(*MANAGERS)
def new_forecast(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """Enter or upload a forecast."""
    mine = opportunity_queries.opportunities_of(request.member.client)
    found = get_object_or_404(mine, pk=opportunity_id)
    latest = found.forecasts.order_by("-created_at", "-pk").first()
    form = ForecastPageForm(
        post_data_or_none(request), request.FILES or None, initial=_latest(latest)
    )
    made = view_helpers.save_form(
        form,
        lambda: services.make_forecast(opportunity=found, now=timezone.now(), **form.facts()),
    )
    if made is not None:
        return redirect("gigs:client-forecast", made.pk)
    refusal = getattr(form, "refusal", None)
    faults = getattr(refusal, "faults", ())[1:]
    facts = {"form": form, "faults": faults, "opportunity": found}
    return render(request, "gigs/forecasts/new.html", facts)


def _latest(forecast: Forecast | None) -> dict[str, object]:
    """The input of an earlier forecast, to change and compute again."""
    names = [name for name in ForecastPageForm.base_fields if name != "file"]
    return {name: getattr(forecast, name) for name in names} if forecast else {}


@require_safe
@for_members()
def forecast(request: MemberRequest, forecast_id: UUID) -> HttpResponse:
    """What a forecast needs in each half hour, and the shifts that are proposed."""
    found = get_object_or_404(queries.forecasts_of(request.member.client), pk=forecast_id)
    form = AddProposedForm(initial={"from_on": _next_monday(day_of(timezone.now()))})
    return _forecast_page(request, proposals.propose(found), form)


@form_page
@for_members(*MANAGERS)
def add_proposed(request: MemberRequest, forecast_id: UUID) -> HttpResponse:
    """Preview and add the proposed shifts."""
    found = get_object_or_404(queries.forecasts_of(request.member.client), pk=forecast_id)
    now, proposal = timezone.now(), proposals.propose(found)
    form = AddProposedForm(
        post_data_or_none(request), initial={"from_on": _next_monday(day_of(now))}
    )

    def preview() -> Preview:
        data = form.cleaned_data
        wanted = proposal.plans(
            first=data["from_on"], weeks=data["weeks"], minimum_level=data["minimum_level"]
        )
        return series_plans.preview(opportunity=found.opportunity, plans=wanted, now=now)

    shown, made = previewed(
        request,
        form,
        preview=preview,
        save=lambda: services.add_proposed(
            forecast=found, by=request.user, now=now, **form.cleaned_data
        ),
    )
    if made is not None:
        return redirect("gigs:client-opportunity", found.opportunity_id)
    return _forecast_page(request, proposal, form, shown)


def _forecast_page(
    request: MemberRequest,
    proposal: ShiftProposal,
    form: AddProposedForm,
    shown: Preview | None = None,
) -> HttpResponse:
    facts = {
        "forecast": proposal.forecast,
        "proposal": proposal,
        "days": [(day, charts.chart_of(day, proposal.highest)) for day in proposal.days],
        "form": form,
        "preview": shown,
        "member": request.member,
    }
    return render(request, "gigs/forecasts/forecast.html", facts)


def _next_monday(day: date) -> date:
    return day + (7 - day.weekday()) * DAY
