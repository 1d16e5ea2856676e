"""Anybody checks a signed agreement by uploading it."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from accounts import network
from accounts.audience import for_everyone
from hitouch.core.errors import Refusal
from hitouch.core.forms import add_refusal_to
from hitouch.core.views import form_page
from onboarding import forms, services
from onboarding.services.verifying import VerificationReport


@form_page
@for_everyone
def verify(request: HttpRequest) -> HttpResponseBase:
    """Says plainly whether the file is ours and unchanged; nothing of it is kept."""
    form = forms.PaperForm(request.POST or None, request.FILES or None)
    if request.method == "GET":
        form = forms.PaperForm()
    answer, status = None, 200
    if request.method == "POST" and form.is_valid():
        answer, status = _answer(request, form)
    context = {"form": form, "answer": answer}
    return render(request, "onboarding/verify.html", context, status=status)


def _answer(request: HttpRequest, form: forms.PaperForm) -> tuple[VerificationReport | None, int]:
    place = network.origin_of(request).place
    try:
        upload = form.cleaned_data["file"]
        return services.verify_upload(upload=upload, place=place, at=timezone.now()), 200
    except Refusal as refusal:
        add_refusal_to(form, refusal)
        return None, refusal.status
