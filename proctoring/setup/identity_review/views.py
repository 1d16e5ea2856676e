"""Pages on which proctors compare photos that a machine could not match."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import UserRequest, for_staff
from hitouch.core.errors import Refusal
from hitouch.core.web.forms import add_refusal_to
from hitouch.core.web.views import form_page, post_data_or_none, render_form
from proctoring.models import Sitting
from proctoring.setup import forms, queries
from proctoring.setup.identity_review.services import decide_identity

for_proctors = for_staff("proctor")
SHOWN = 100


@for_proctors
@require_safe
def photos(request: UserRequest) -> HttpResponse:
    """Agents who wait for somebody to compare their photos, the longest waiting first."""
    waiting = queries.photos_to_decide()[:SHOWN]
    return render(request, "proctoring/identity/photos.html", {"waiting": waiting})


@for_proctors
@form_page
def decide(request: UserRequest, pk: uuid.UUID) -> HttpResponse:
    """Both photos beside each other, and the decision."""
    rows = Sitting.objects.select_related("agent__user", "agent__photo", "assessment")
    sitting = get_object_or_404(rows, pk=pk)
    form = forms.IdentityDecisionForm(post_data_or_none(request))
    if sitting.state != Sitting.State.IDENTITY_REVIEW:
        messages.info(request, f"The photo of {sitting.agent} is decided.")
        return redirect("proctoring:photos")
    if form.is_valid():
        try:
            decided = form.cleaned_data
            decide_identity(sitting=sitting, by=request.user, at=timezone.now(), **decided)
            messages.success(request, f"The photo of {sitting.agent} is decided.")
            return redirect("proctoring:photos")
        except Refusal as refusal:
            add_refusal_to(form, refusal)
    return render_form(
        request,
        "proctoring/identity/decide.html",
        form,
        sitting=sitting,
        tries=sitting.identity_checks.order_by("number"),
        newest=queries.newest_try(sitting),
        can_be_same=queries.can_be_compared(sitting.agent),
    )
