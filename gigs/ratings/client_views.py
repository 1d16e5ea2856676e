"""The page on which a client rates a gig, and reads what the agent said."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from gigs import view_helpers
from gigs.clients.permissions import MANAGERS, MemberRequest, for_members
from gigs.engagements import queries as gig_queries
from gigs.models import Rating
from gigs.ratings import queries as rating_queries
from gigs.ratings import services as rating_services
from gigs.ratings.forms import RatingForm
from hitouch.core.web.views import form_page, post_data_or_none

SIDE = Rating.Side.CLIENT


@form_page
@for_members(*MANAGERS)
def rating(request: MemberRequest, gig_id: UUID) -> HttpResponse:
    """Rate the agent of a gig."""
    gig = get_object_or_404(gig_queries.gigs_for(request.member.client), pk=gig_id)
    form = RatingForm(post_data_or_none(request))
    done = view_helpers.save_form(
        form,
        lambda: rating_services.rate(
            gig=gig, side=SIDE, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
    )
    if done is None:
        ratings = list(rating_queries.readable_ratings(gig, SIDE))
        facts = {"gig": gig, "other": gig.agent, "ratings": ratings, "side": SIDE, "form": form}
        return render(request, "gigs/ratings/rating.html", facts)
    messages.success(request, "Thank you. Your rating is sealed until the agent has rated too.")
    return redirect("gigs:client-rating", gig.pk)
