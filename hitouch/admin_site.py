"""The admin site: second factor required, models grouped, work queues on the index page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.http import urlencode
from django_otp.admin import OTPAdminSite

from accounts.models import User
from hitouch import work_queues

#: Groups of the index page, by prefixes of model labels; other models are under System.
GROUPS = {
    "People": ("accounts.", "otpbridge.", "allauth_idp_oidc."),
    "KYC": ("onboarding.kyc",),
    "Onboarding": ("onboarding.",),
    "Assessments": ("proctoring.",),
    "Gigs": ("gigs.",),
    "Payments": ("payments.",),
    "Support": ("chatbot.",),
}


def group_of(label: str) -> str:
    """The group a model is listed under, by `app.model`."""
    for group, prefixes in GROUPS.items():
        if label.startswith(prefixes):
            return group
    return "System"


class HitouchAdminSite(OTPAdminSite):
    """Django's admin with our log-in, groups and index page."""

    site_header = site_title = "HitouchCX"
    index_title = "Work queues"
    index_template = "admin/work_queues.html"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Active staff who have passed a second factor."""
        user = request.user
        return bool(
            isinstance(user, User)
            and user.is_active
            and user.is_staff
            and getattr(user, "is_verified", bool)()
        )

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Redirect to the site's log-in page, or staff without a second factor to its set-up."""
        user = request.user
        if user.is_authenticated and user.is_staff:
            if self.has_permission(request):
                return redirect("admin:index")
            return redirect("accounts:second-factor")
        if user.is_authenticated:
            return redirect("hitouch:landing")
        query = urlencode({"next": request.GET.get("next") or resolve_url("admin:index")})
        return redirect(f"{resolve_url('account_login')}?{query}")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Redirect to our page, which counts wrong passwords and ends the other sessions."""
        return redirect("accounts:password")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The models by group."""
        apps = super().get_app_list(request, app_label)
        if app_label:
            return apps
        groups: dict[str, list[Any]] = {group: [] for group in (*GROUPS, "System")}
        for app in apps:
            for model in app["models"]:
                groups[group_of(model["model"]._meta.label_lower)].append(model)
        return [
            {"name": group, "app_label": group.lower(), "app_url": "", "models": models}
            for group, models in groups.items()
            if models
        ]

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Show the work queues, oldest first."""
        queues = work_queues.all_work_queues(now=timezone.now())
        return super().index(request, {"queues": queues, **(extra_context or {})})
