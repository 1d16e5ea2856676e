"""One's own data, what one agreed to, and closing the account."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import PersonRequest, for_people
from accounts.privacy import services
from accounts.security.reauthentication import needs_proof
from hitouch.core.errors import Refusal
from hitouch.core.web.downloads import keep_to_oneself
from hitouch.core.web.views import form_page


@require_safe
@for_people
@needs_proof
def data(request: PersonRequest) -> HttpResponse:
    """What can be had, for people who proved a moment ago who they are."""
    return render(request, "accounts/privacy/data.html")


@require_safe
@for_people
@needs_proof
def download(request: PersonRequest) -> HttpResponseBase:
    """Everything we know of the person, as JSON."""
    try:
        document = services.export_data(user=request.user, at=timezone.now())
    except Refusal as refusal:
        return _refused(request, refusal, "accounts:data")
    options = {"indent": 2, "ensure_ascii": False}
    return keep_to_oneself(JsonResponse(document, json_dumps_params=options), "hitouchcx.json")


@require_safe
@for_people
@needs_proof
def download_files(request: PersonRequest) -> HttpResponseBase:
    """The person's own files, as a ZIP."""
    try:
        archive = services.export_files(user=request.user, at=timezone.now())
    except Refusal as refusal:
        return _refused(request, refusal, "accounts:data")
    answer = HttpResponse(archive.read(), content_type="application/zip")
    return keep_to_oneself(answer, "hitouchcx-files.zip")


@form_page
@for_people
def close(request: PersonRequest) -> HttpResponse:
    """Say what closing means and what holds it back; asking needs a fresh proof."""
    if request.method == "POST":
        return cast(HttpResponse, _ask(request))
    context = {
        "closing": services.open_closing(request.user),
        "holds": services.holds_of(request.user, now=timezone.now()),
        "days": services.days_of_grace(),
    }
    return render(request, "accounts/privacy/close.html", context)


@needs_proof
def _ask(request: PersonRequest) -> HttpResponse:
    try:
        services.ask_closing(user=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("accounts:close")


@require_POST
@for_people
def take_back(request: PersonRequest) -> HttpResponse:
    """Keep the account after all."""
    try:
        services.take_back(user=request.user, at=timezone.now())
        messages.info(request, "Request cancelled. Your account stays open.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("accounts:close")


def _refused(request: PersonRequest, refusal: Refusal, page: str) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect(page)
