"""Template tags: available log-in methods, second factors, and the linked Google account."""

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest

from accounts.google import services as google
from accounts.mfa import passkeys
from accounts.mfa import queries as mfa_queries
from accounts.models import User

register = template.Library()


@register.simple_tag(takes_context=True)
def passkeys_supported(context: dict[str, Any]) -> bool:
    """Whether passkeys work at this host; they need a host name, not an IP address."""
    return passkeys.are_supported_at(_request(context))


@register.simple_tag
def google_enabled() -> bool:
    """Whether Google is configured."""
    return bool(settings.HITOUCH_GOOGLE)


@register.simple_tag
def factors_of(user: User) -> mfa_queries.EnrolledFactors:
    """The second factors of the user."""
    return mfa_queries.enrolled_factors(user)


@register.simple_tag
def google_account_of(user: User) -> str:
    """The masked address of the linked Google account; empty without one."""
    return google.linked_address(user)


def _request(context: dict[str, Any]) -> HttpRequest:
    request: HttpRequest = context["request"]
    return request
