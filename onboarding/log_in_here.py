"""Which log-in a request belongs to: what was begun in one is not ended in another."""

from django.http import HttpRequest
from rest_framework.request import Request

from accounts.models import TokenFamily


def log_in_of(request: HttpRequest | Request) -> str:
    """A program's family of tokens, or the browser's session. Never shown, only hashed."""
    family = getattr(getattr(request, "auth", None), "family", None)
    if isinstance(family, TokenFamily):
        return f"family:{family.pk}"
    return f"session:{request.session.session_key}"
