"""OAuth2 token endpoints for partner apps.

Errors have OAuth's own format, as its libraries expect.
"""

import json
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.http import urlencode
from drf_spectacular.utils import extend_schema
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError, OAuth2Error
from rest_framework.exceptions import APIException
from rest_framework.parsers import FormParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import PublicAPIView
from accounts.oauth import serializers, validator
from accounts.security import origin
from accounts.security.origin import network_hash
from accounts.security.rate_limits import OAUTH_FROM_ADDRESS
from hitouch.core.rate_limits import RateLimited

FORM = "application/x-www-form-urlencoded"
UNCACHED = {"Cache-Control": "no-store", "Pragma": "no-cache"}
SENTENCES = {
    "invalid_client": "Wrong client ID or secret, or the client has expired or been revoked.",
    "invalid_scope": "The requested scope was not granted to this client.",
    "unsupported_grant_type": "The only supported grant type is client_credentials.",
}
KNOWN = ("grant_type", "scope", "client_id", "client_secret", "token", "token_type_hint")


class OAuthAPIView(PublicAPIView):
    """An endpoint of OAuth2: form-encoded requests, and errors as RFC 6749 names them."""

    parser_classes = [FormParser]
    tag = "Partner API clients"

    def respond(self, verb: str) -> Response:
        """The response of the OAuth server's method `verb` to this request."""
        now, network = timezone.now(), network_hash(origin.address_of(self.request))
        OAUTH_FROM_ADDRESS.spend(network, at=now)
        create_response = getattr(validator.server(at=now, network=network), verb)
        headers = {"Authorization": self.request.headers.get("Authorization", "")}
        _, body, status = create_response(
            self.request.path, "POST", _form_body(self.request), headers
        )
        return _response(json.loads(body or "{}"), status)

    def handle_exception(self, error: Exception) -> Response:
        """Errors of the framework in OAuth's format; faults and outages keep ours."""
        if isinstance(error, OAuth2Error):
            return _response(dict(error.twotuples), error.status_code)
        if isinstance(error, RateLimited):
            answer = _error_response("temporarily_unavailable", str(error), 429)
            answer["Retry-After"] = str(error.retry_after)
            return answer
        if isinstance(error, APIException):
            return _error_response("invalid_request", str(error), error.status_code)
        return super().handle_exception(error)


class OAuthTokenView(OAuthAPIView):
    """A token of an hour for a client's secret (RFC 6749, section 4.4)."""

    @extend_schema(
        request={FORM: serializers.TokenIn},
        responses={
            200: serializers.TokenOut,
            400: serializers.OAuthErrorOut,
            401: serializers.OAuthErrorOut,
            429: serializers.OAuthErrorOut,
        },
        auth=[{"clientSecret": []}, {}],
    )
    def post(self, request: Request) -> Response:
        """Exchange the secret for a token. It lasts an hour and has no refresh token."""
        return self.respond("create_token_response")


class OAuthRevokeView(OAuthAPIView):
    """Ending a token before its hour is over (RFC 7009)."""

    @extend_schema(
        request={FORM: serializers.RevokeIn},
        responses={
            200: None,
            400: serializers.OAuthErrorOut,
            401: serializers.OAuthErrorOut,
            429: serializers.OAuthErrorOut,
        },
        auth=[{"clientSecret": []}, {}],
    )
    def post(self, request: Request) -> Response:
        """Revoke a token. The response is the same for an unknown token."""
        return self.respond("create_revocation_response")


def _form_body(request: Request) -> str:
    """The known parameters of the body; each at most once, and none in the URL."""
    data = request.data
    if request.query_params or not isinstance(data, QueryDict):
        raise InvalidRequestError("Send the parameters in a form-encoded body.")
    if any(len(data.getlist(name)) > 1 for name in KNOWN):
        raise InvalidRequestError("A parameter was sent more than once.")
    return urlencode({name: str(data[name]) for name in KNOWN if data.get(name)})


def _error_response(error: str, description: str, status: int) -> Response:
    plain = description.replace('"', "'").encode("ascii", "replace").decode()
    return _response({"error": error, "error_description": plain}, status)


def _response(body: dict[str, Any], status: int) -> Response:
    if sentence := SENTENCES.get(body.get("error", "")):
        body["error_description"] = sentence
    answer = Response(body or None, status=status, headers=UNCACHED)
    if status == 401:
        answer["WWW-Authenticate"] = 'Basic realm="HitouchCX"'
    return answer
