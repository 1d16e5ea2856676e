"""Pages for exporting one's data and closing the account."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import UserRequest, for_users
from accounts.privacy import services
from accounts.security.reauthentication import reauthentication_required
from hitouch.core.errors import Refusal
from hitouch.core.web.downloads import as_private_download
from hitouch.core.web.views import form_page


@require_safe
@for_users
@reauthentication_required
def data(request: UserRequest) -> HttpResponse:
    """Offer the downloads, after re-authentication."""
    return render(request, "accounts/privacy/data.html")


@require_safe
@for_users
@reauthentication_required
def download(request: UserRequest) -> HttpResponseBase:
    """Download all data as JSON."""
    try:
        document = services.export_data(user=request.user, at=timezone.now())
    except Refusal as refusal:
        return _redirect_with_error(request, refusal, "accounts:data")
    options = {"indent": 2, "ensure_ascii": False}
    return as_private_download(JsonResponse(document, json_dumps_params=options), "hitouchcx.json")


@require_safe
@for_users
@reauthentication_required
def download_files(request: UserRequest) -> HttpResponseBase:
    """Download the user's files as a ZIP archive."""
    try:
        archive = services.export_files(user=request.user, at=timezone.now())
    except Refusal as refusal:
        return _redirect_with_error(request, refusal, "accounts:data")
    answer = HttpResponse(archive.read(), content_type="application/zip")
    return as_private_download(answer, "hitouchcx-files.zip")


@form_page
@for_users
def close(request: UserRequest) -> HttpResponse:
    """Explain closing and what blocks it; a request needs re-authentication."""
    if request.method == "POST":
        return cast(HttpResponse, _request_closing(request))
    context = {
        "closing": services.open_closing(request.user),
        "holds": services.closing_blockers(request.user, now=timezone.now()),
        "days": services.grace_days(),
    }
    return render(request, "accounts/privacy/close.html", context)


@reauthentication_required
def _request_closing(request: UserRequest) -> HttpResponse:
    try:
        services.request_closing(user=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("accounts:close")


@require_POST
@for_users
def cancel_closing(request: UserRequest) -> HttpResponse:
    """Cancel the closing request."""
    try:
        services.cancel_closing(user=request.user, at=timezone.now())
        messages.info(request, "Request cancelled. Your account stays open.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("accounts:close")


def _redirect_with_error(request: UserRequest, refusal: Refusal, page: str) -> HttpResponse:
    messages.error(request, str(refusal))
    return redirect(page)
