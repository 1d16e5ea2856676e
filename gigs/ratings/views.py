"""The page on which an agent rates a gig, and reads what the client said."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.permissions import AgentRequest, for_agents
from gigs import view_helpers
from gigs.engagements import queries as gig_queries
from gigs.models import Rating
from gigs.ratings import queries as rating_queries
from gigs.ratings import services as rating_services
from gigs.ratings.forms import RatingForm
from hitouch.core.web.views import form_page, post_data_or_none

SIDE = Rating.Side.AGENT


@form_page
@for_agents
def rating(request: AgentRequest, gig_id: UUID) -> HttpResponse:
    """Rate the client of a gig."""
    gig = get_object_or_404(gig_queries.gigs_of(request.agent), pk=gig_id)
    form = RatingForm(post_data_or_none(request))
    done = view_helpers.save_form(
        form,
        lambda: rating_services.rate(
            gig=gig, side=SIDE, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if done is None:
        ratings = list(rating_queries.readable_ratings(gig, SIDE))
        facts = {"gig": gig, "other": gig.client, "ratings": ratings, "side": SIDE, "form": form}
        return render(request, "gigs/ratings/rating.html", facts)
    messages.success(request, "Thank you. Your rating is sealed until the client has rated too.")
    return redirect("gigs:rating", gig.pk)
