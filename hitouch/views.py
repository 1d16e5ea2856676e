"""The pages that belong to no domain: the front, the landing, and what is shown when it breaks."""

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.consents import registry as consents_registry
from accounts.hooks import landing_for
from accounts.permissions import UserRequest, for_everyone, for_users
from hitouch.privacy import retention_rules


@require_safe
@for_everyone
def home(request: HttpRequest) -> HttpResponse:
    """What HitouchCX is, for people who have not signed in."""
    if request.user.is_authenticated:
        return redirect("hitouch:landing")
    return render(request, "landing.html")


@require_safe
@for_users
def landing(request: UserRequest) -> HttpResponse:
    """Send somebody who signed in to their next step."""
    if consents_registry.missing_consents(request.user):
        return redirect("accounts:agree")
    return redirect(landing_for(request.user, now=timezone.now()).url)


@require_safe
@for_everyone
def terms(request: HttpRequest) -> HttpResponse:
    """What people and we owe each other."""
    return render(request, "legal/terms.html", {"version": consents_registry.version_of("terms")})


@require_safe
@for_everyone
def privacy(request: HttpRequest) -> HttpResponse:
    """What we know of people, what for and how long, and what they can do."""
    context = {
        "version": consents_registry.version_of("privacy"),
        "reasons": retention_rules.reasons().values(),
    }
    return render(request, "legal/privacy.html", context)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, came from another site, or without a cookie: say how to go on."""
    context = {"cookies_off": reason == REASON_NO_CSRF_COOKIE}
    return render(request, "403_csrf.html", context, status=403)
