"""Where a request comes from, as far as the trusted proxies can tell."""

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from rest_framework.request import Request


def address_of(request: HttpRequest | Request) -> str:
    """The client's network address; empty when the server was not told."""
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return ""
