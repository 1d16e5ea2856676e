"""Admin of partner apps: creating credentials with their secret shown once, revoking, renewing."""

from datetime import datetime, time, timedelta
from importlib import import_module
from typing import Any, ClassVar, cast

from allauth.idp.oidc.models import Client, Token
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from accounts import admin_search
from accounts.models import AccessChange, ApiKey, OAuthClient, User
from accounts.models.partners import Credential
from accounts.one_time_codes.fields import ContactField
from accounts.partners import access, services
from accounts.permissions import authenticated_user
from accounts.security import scopes
from accounts.security.reauthentication import reauthentication_required, stashed_data
from hitouch.core.admin import ReadOnlyAdmin
from hitouch.core.errors import Refusal
from hitouch.core.web.admin_lists import Column, SearchBy, Words
from hitouch.core.web.forms import add_refusals_to

MONTH = timedelta(days=30)


# allauth's admin shows hashes and edits scopes, so it is replaced: import it, then unregister it.
import_module("allauth.idp.oidc.admin")
admin.site.unregister([Client, Token])


DETAIL_FIELDS: Any = [
    "name",
    "owner",
    "identifier",
    "scopes_text",
    "status_text",
    "last_used_at",
    "expires_at",
    "created_by",
    "approved_by",
    "created_at",
]


class ReasonActionForm(ActionForm):
    """The action form with a reason."""

    why = forms.CharField(required=False, max_length=200, label="Reason")


def _default_expiry() -> Any:
    return timezone.localdate() + MONTH


def _scope_choices() -> list[tuple[str, str]]:
    return [(name, f"{name}: {says}") for name, says in scopes.all_scopes().items()]


def _end_of_day(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(23, 59, 59)))


class RenewForm(ReasonActionForm):
    """The action form with the expiry of a new secret."""

    expires_at = forms.DateField(
        required=False,
        initial=_default_expiry,
        widget=forms.DateInput(attrs={"type": "date"}),
        label="Expires on (for a new secret)",
    )


class ExpiryForm(forms.Form):
    """The expiry date of a secret."""

    expires_at = forms.DateField(
        label="Expires on",
        initial=_default_expiry,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Valid to the end of this day, for a year at most. Shorter is safer.",
    )

    def clean_expires_at(self) -> datetime:
        """The last second of the day."""
        return _end_of_day(self.cleaned_data["expires_at"])


class ProgramForm(ExpiryForm):
    """The owner, name, scopes and expiry of a new credential."""

    field_order = ("owner", "name", "scopes", "expires_at", "why")
    owner = ContactField(
        label="Acts on behalf of",
        help_text="Full email address or mobile number of an agent or client member. Not staff.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(max_length=30, help_text="Shown to the person when we notify them.")
    scopes = forms.MultipleChoiceField(
        choices=_scope_choices,
        label="Scopes",
        widget=forms.CheckboxSelectMultiple,
        help_text="Select only what is needed. Never more than the person's own permissions.",
    )
    why = forms.CharField(
        label="Reason",
        required=False,
        max_length=300,
        help_text="Needed when it may spend a client's money: then a colleague has to approve it.",
    )

    def clean_owner(self) -> User:
        """The user with this contact."""
        owner = User.objects.with_contact(self.cleaned_data["owner"]).first()
        if owner is None:
            raise ValidationError("No account has this contact.", code="unknown_contact")
        return owner


class CredentialAdmin(ReadOnlyAdmin):
    """Base of both kinds. `roles.yaml` says who may create and revoke them."""

    list_display = ("name", "owner", "identifier", "last_used_at", "expires_at", "status_text")
    search_by: ClassVar[tuple[SearchBy, ...]] = (
        Words("the beginnings of words of the name", ("name",)),
        admin_search.email("owner__email"),
        admin_search.phone("owner__phone"),
    )
    list_select_related = ("owner__agent",)
    ordering = ("-created_at",)
    fields = readonly_fields = DETAIL_FIELDS
    actions = ["revoke"]
    action_form = ReasonActionForm
    access_kind = AccessChange.Kind.API_KEY

    @admin.display(description="Scopes")
    def scopes_text(self, row: Credential) -> str:
        """Descriptions of its scopes."""
        return " ".join(scopes.all_scopes().get(name, name) for name in row.scopes)

    @admin.display(description="Status")
    def status_text(self, row: Credential) -> str:
        """Active, or why it does not work."""
        now = timezone.now()
        if row.revoked_at is not None:
            return f"Revoked: {row.revoked_why}"
        if row.expires_at <= now:
            return "Expired"
        return "Active" if row.is_good(now) else "Owner not active, or a staff account"

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        """By the permissions in `roles.yaml`."""
        return request.user.has_perm(f"accounts.add_{self.opts.model_name}")

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        """By the permissions in `roles.yaml`."""
        return request.user.has_perm(f"accounts.change_{self.opts.model_name}")

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The form, and after it the page with the secret."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return cast(
            HttpResponse, never_cache(reauthentication_required(self._create_view))(request)
        )

    def _create_view(self, request: HttpRequest) -> HttpResponse:
        form = ProgramForm(request.POST or None, initial=stashed_data(request))
        if form.is_valid():
            facts, by, now = dict(form.cleaned_data), authenticated_user(request), timezone.now()
            why = facts.pop("why")
            with add_refusals_to(form):
                if services.needs_second_person(facts["owner"], facts["scopes"]):
                    change = access.request_credential(
                        kind=self.access_kind, **facts, why=why, by=by, at=now
                    )
                    return self._redirect_to(request, change)
                created = self.create(by=by, at=now, **facts)
                return self._render(request, "secret_once.html", created=created)
        return self._render(request, "create_credential.html", form=form)

    def _redirect_to(self, request: HttpRequest, change: AccessChange) -> HttpResponse:
        messages.success(request, "Requested. A colleague has to approve it.")
        return redirect("admin:accounts_accesschange_change", change.pk)

    def _render(self, request: HttpRequest, template: str, **extra: Any) -> HttpResponse:
        title = f"New {self.opts.verbose_name}"
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": title}
        return TemplateResponse(request, f"admin/accounts/{template}", context | extra)

    @admin.action(description="Revoke", permissions=["revoke"])
    def revoke(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        """Revoke the selected credentials; effective from the next request."""
        for row in rows:
            try:
                self.revoke_one(
                    row, by=request.user, at=timezone.now(), why=request.POST.get("why", "")
                )
                messages.info(request, f"{row}: revoked.")
            except Refusal as refusal:
                messages.error(request, f"{row}: {refusal}")

    def create(self, **fields: Any) -> services.NewCredential[Any]:
        """The service that creates a credential."""
        return services.create_api_key(**fields)

    def revoke_one(self, row: Any, **fields: Any) -> None:
        """The service that revokes a credential."""
        services.revoke_api_key(key=row, **fields)


@admin.register(ApiKey)
class ApiKeyAdmin(CredentialAdmin):
    """API keys, identified by their prefix."""

    @admin.display(description="Starts with")
    def identifier(self, key: ApiKey) -> str:
        """The first characters, to compare with the partner's key."""
        return key.prefix


@admin.register(OAuthClient)
class OAuthClientAdmin(CredentialAdmin):
    """OAuth2 clients, identified by their client id."""

    actions = ["revoke", "renew"]
    access_kind = AccessChange.Kind.OAUTH_CLIENT
    action_form = RenewForm
    search_by = (*CredentialAdmin.search_by, Column("a client id", "client__id"))

    @admin.display(description="Client ID")
    def identifier(self, client: OAuthClient) -> str:
        """The public client id."""
        return str(client.client_id)

    def create(self, **fields: Any) -> services.NewCredential[Any]:
        """Create a client with its secret."""
        return services.create_oauth_client(**fields)

    def revoke_one(self, row: Any, **fields: Any) -> None:
        """Revoke the client and its tokens."""
        services.revoke_oauth_client(client=row, **fields)

    @admin.action(description="Replace the secret", permissions=["revoke"])
    def renew(self, request: HttpRequest, rows: QuerySet[OAuthClient]) -> HttpResponse:
        """Replace the secret of one client at a time, since it is shown once."""
        client = rows.first() if len(rows) == 1 else None
        form = ExpiryForm(request.POST)
        if client is None or not form.is_valid():
            messages.error(request, "Select one client, and the date its new secret expires.")
            return redirect(request.get_full_path())
        end = form.cleaned_data["expires_at"]
        return cast(
            HttpResponse,
            never_cache(reauthentication_required(self._renew_view))(request, client, end),
        )

    def _renew_view(self, request: HttpRequest, client: OAuthClient, end: datetime) -> HttpResponse:
        by, now = authenticated_user(request), timezone.now()
        try:
            if services.needs_second_person(client.owner, client.scopes):
                change = access.request_renewal(
                    client=client, expires_at=end, why=request.POST.get("why", ""), by=by, at=now
                )
                return self._redirect_to(request, change)
            created = services.renew_oauth_secret(client=client, expires_at=end, by=by, at=now)
        except Refusal as refusal:
            messages.error(request, f"{client}: {refusal}")
            return redirect(request.get_full_path())
        return self._render(request, "secret_once.html", created=created)


@admin.register(Token)
class TokenAdmin(ReadOnlyAdmin):
    """Issued tokens; neither they nor their hashes are shown."""

    list_display = ("client", "created_at", "expires_at", "scopes_text")
    fields = readonly_fields = list_display
    list_select_related = ("client",)
    ordering = ("-pk",)

    @admin.display(description="Scopes")
    def scopes_text(self, token: Token) -> str:
        """Its scopes."""
        return ", ".join(token.get_scopes())
