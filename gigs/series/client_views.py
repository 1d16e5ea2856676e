"""Pages on which a client plans series of shifts: each is previewed before it is saved."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from gigs import view_helpers
from gigs.clients.permissions import MANAGERS, MemberRequest, for_members
from gigs.models import Opportunity
from gigs.opportunities import queries as opportunity_queries
from gigs.recurrence import DAY
from gigs.series import plans, queries, services
from gigs.series.forms import CancelRestForm, ChangeForm, CopyWeekForm, SeriesForm, as_typed
from gigs.series.plans import Preview
from gigs.series.services import SeriesOutcome
from hitouch.core.india_time import day_of
from hitouch.core.web.forms import add_refusals_to
from hitouch.core.web.query import PageNumberForm, query_parameters
from hitouch.core.web.views import form_page, post_data_or_none


@form_page
@for_members(*MANAGERS)
def new_series(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """Add a series of shifts."""
    found = _opportunity(request, opportunity_id)
    now = timezone.now()
    tomorrow = day_of(now) + DAY
    form = SeriesForm(
        post_data_or_none(request),
        initial={"from_on": tomorrow, "until_on": tomorrow + 27 * DAY},
    )
    shown, made = previewed(
        request,
        form,
        preview=lambda: plans.preview(opportunity=found, plans=[form.plan()], now=now),
        save=lambda: services.make_series(
            opportunity=found, plans=[form.plan()], by=request.user, now=now
        ),
    )
    if made is not None:
        return redirect("gigs:client-opportunity", found.pk)
    facts = {"form": form, "preview": shown, "opportunity": found}
    return render(request, "gigs/series/new.html", facts)


@form_page
@for_members(*MANAGERS)
def copy_week(request: MemberRequest, opportunity_id: UUID) -> HttpResponse:
    """Repeat the shifts of a week."""
    found = _opportunity(request, opportunity_id)
    now = timezone.now()
    form = CopyWeekForm(post_data_or_none(request), initial={"week_of": day_of(now)})

    def preview() -> Preview:
        wanted = services.plans_of_week(opportunity=found, now=now, **form.cleaned_data)
        return plans.preview(opportunity=found, plans=wanted, now=now)

    shown, made = previewed(
        request,
        form,
        preview=preview,
        save=lambda: services.copy_week(
            opportunity=found, by=request.user, now=now, **form.cleaned_data
        ),
    )
    if made is not None:
        return redirect("gigs:client-opportunity", found.pk)
    facts = {"form": form, "preview": shown, "opportunity": found}
    return render(request, "gigs/series/copy_week.html", facts)


@require_safe
@for_members()
@query_parameters(PageNumberForm)
def series(request: MemberRequest, series_id: UUID) -> HttpResponse:
    """One series with its upcoming shifts."""
    found = get_object_or_404(queries.series_of(request.member.client), pk=series_id)
    slots = found.slots.upcoming(timezone.now()).order_by("starts_at", "pk")
    facts = {
        "series": found,
        "page": view_helpers.paginate(request, slots),
        "member": request.member,
    }
    return render(request, "gigs/series/series.html", facts)


@form_page
@for_members(*MANAGERS)
def change_series(request: MemberRequest, series_id: UUID) -> HttpResponse:
    """Change this and the following shifts of a series."""
    found = get_object_or_404(queries.series_of(request.member.client), pk=series_id)
    now = timezone.now()
    form = ChangeForm(
        post_data_or_none(request), initial=as_typed(found, from_on=day_of(now) + DAY)
    )
    shown, made = previewed(
        request,
        form,
        preview=lambda: services.preview_following(series=found, plan=form.plan(), now=now),
        save=lambda: services.change_following(
            series=found, plan=form.plan(), by=request.user, now=now
        ),
    )
    if made is not None:
        return redirect("gigs:client-series", found.pk if made.kept else made.series[0].pk)
    facts = {"form": form, "preview": shown, "series": found}
    return render(request, "gigs/series/change.html", facts)


@form_page
@for_members(*MANAGERS)
def cancel_series(request: MemberRequest, series_id: UUID) -> HttpResponse:
    """Cancel the rest of a series."""
    found = get_object_or_404(queries.series_of(request.member.client), pk=series_id)
    now = timezone.now()
    form = CancelRestForm(post_data_or_none(request), initial={"from_on": day_of(now) + DAY})
    outcome = view_helpers.save_form(
        form,
        lambda: services.cancel_rest(series=found, by=request.user, now=now, **form.cleaned_data),
    )
    if outcome is None:
        return render(request, "gigs/series/cancel.html", {"form": form, "series": found})
    report(request, outcome)
    return redirect("gigs:client-series", found.pk)


def previewed(
    request: HttpRequest,
    form: forms.Form,
    *,
    preview: Callable[[], Preview],
    save: Callable[[], SeriesOutcome],
) -> tuple[Preview | None, SeriesOutcome | None]:
    """The preview of a valid form, or the outcome if its save button was pressed."""
    if not form.is_bound or not form.is_valid():
        return None, None
    with add_refusals_to(form):
        if "save" not in request.POST:
            return preview(), None
        outcome = save()
        report(request, outcome)
        return None, outcome
    return None, None


def report(request: HttpRequest, outcome: SeriesOutcome) -> None:
    """Messages about what was made, removed and kept."""
    parts = [
        (len(outcome.made), "added"),
        (outcome.removed_count, "removed"),
        (outcome.existing_count, "there already"),
    ]
    told = [f"{_shifts(number)} {word}" for number, word in parts if number]
    if told:
        messages.success(request, f"{', '.join(told)}.")
    if outcome.kept:
        messages.warning(
            request,
            f"{_shifts(len(outcome.kept))} not changed, because agents have claimed them.",
        )


def _shifts(number: int) -> str:
    return f"{number} shift{'' if number == 1 else 's'}"


def _opportunity(request: Any, opportunity_id: UUID) -> Opportunity:
    mine = opportunity_queries.opportunities_of(request.member.client)
    return get_object_or_404(mine, pk=opportunity_id)
