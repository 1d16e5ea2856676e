"""OAuth2 for partner apps: client credentials (RFC 6749) and revocation (RFC 7009).

oauthlib implements the protocol with the one grant we support; clients and tokens are allauth's
rows. allauth's own views are not mounted: they offer every grant, fail on a parameter named `user`,
and let a client revoke the tokens of another one.
"""

import base64
import binascii
import re
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote_plus

from allauth.idp.oidc.adapter import get_adapter
from allauth.idp.oidc.models import Client, Token
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from oauthlib.common import Request
from oauthlib.oauth2 import BackendApplicationServer, RequestValidator
from oauthlib.oauth2.rfc6749.errors import InvalidClientError, InvalidRequestError

from accounts.models import OAuthClient
from accounts.partners.credentials import CLIENT, TOKEN
from accounts.security.rate_limits import OAUTH_SECRET

CLIENT_ID = re.compile(rf"{CLIENT}[0-9a-f]{{16}}")
LONGEST_SECRET = 200


def server(*, at: datetime, network: str) -> BackendApplicationServer:
    """The OAuth server for one token or revocation request."""
    return BackendApplicationServer(
        PartnerValidator(at=at, network=network),
        token_generator=lambda request: TOKEN + secrets.token_urlsafe(32),
        token_expires_in=settings.IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN,
    )


class PartnerValidator(RequestValidator):
    """oauthlib's request validator for one request."""

    def __init__(self, *, at: datetime, network: str) -> None:
        self.at, self.network = at, network
        self.program: OAuthClient

    def client_authentication_required(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        """Always: there are no public clients."""
        return True

    def authenticate_client(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        """Whether id and secret are right. An unknown id takes as long and counts the same.

        Counted after the comparison and given back when right, so that a partner's workers which
        start together are not limited.
        """
        client_id, secret = _credentials_from(request)
        program = _find_client(client_id)
        right = _secret_matches(program, secret)
        counted = OAUTH_SECRET.spend(f"{client_id[:100]} {self.network}", at=self.at)
        if program is None or not right or not program.is_good(self.at):
            return False
        counted.give_back()
        self.program, request.client = program, program.client
        request.client.client_id = program.client.pk
        return True

    def validate_grant_type(self, *args: Any, **kwargs: Any) -> bool:
        """The server has one grant, and every client may use it."""
        return True

    def get_default_scopes(self, *args: Any, **kwargs: Any) -> list[str]:
        """Without a `scope` parameter the token gets all granted scopes."""
        return self.program.scopes

    def validate_scopes(self, client_id: str, scopes: list[str], *args: Any, **kw: Any) -> bool:
        """Never more than was granted."""
        return set(scopes) <= set(self.program.scopes)

    def save_bearer_token(
        self, token: dict[str, Any], request: Request, *args: Any, **kwargs: Any
    ) -> None:
        """Store its hash, unless the secret was renewed or revoked during the comparison."""
        with transaction.atomic():
            checked = self.program.client.secret
            rows = OAuthClient.objects.select_for_update(of=("self",)).alive(self.at)
            if not rows.filter(pk=self.program.pk, client__secret=checked).exists():
                raise InvalidClientError
            row = Token(
                type=Token.Type.ACCESS_TOKEN,
                client=self.program.client,
                expires_at=self.at + timedelta(seconds=token["expires_in"]),
                created_at=self.at,
            )
            row.set_value(token["access_token"])
            row.set_scopes(request.scopes)
            row.save()

    def revoke_token(self, token: str, *args: Any, **kwargs: Any) -> None:
        """Revoke a token of the calling client; any other token counts as unknown."""
        own_tokens = Token.objects.filter(client=self.program.client)
        own_tokens.filter(hash=get_adapter().hash_token(token)).delete()


def _credentials_from(request: Request) -> tuple[str, str]:
    """Id and secret, by HTTP Basic or from the body, never by both (section 2.3).

    An id in the body beside HTTP Basic is no second method, as long as it is the same.
    """
    header = request.headers.get("Authorization", "")
    if not header:
        return request.client_id or "", request.client_secret or ""
    client_id, secret = _credentials_from_header(header)
    if request.client_secret or (request.client_id or client_id) != client_id:
        raise InvalidRequestError("Send the client ID and secret in the header or in the body.")
    return client_id, secret


def _credentials_from_header(header: str) -> tuple[str, str]:
    """By HTTP Basic, each form-encoded (section 2.3.1); empty for any other header."""
    scheme, _, encoded = header.partition(" ")
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        decoded = ""
    if scheme.lower() != "basic":
        decoded = ""
    client_id, _, secret = decoded.partition(":")
    return unquote_plus(client_id), unquote_plus(secret)


def _find_client(client_id: str) -> OAuthClient | None:
    if not CLIENT_ID.fullmatch(client_id):
        return None
    rows = OAuthClient.objects.select_related("client", "owner")
    return rows.filter(client=client_id).first()


def _secret_matches(program: OAuthClient | None, secret: str) -> bool:
    """Always costs one Argon2 hash, so that the time does not tell whether a client exists."""
    client: Client | None = program and program.client
    if client is None or len(secret) > LONGEST_SECRET:
        make_password(secret[:LONGEST_SECRET])
        return False
    return bool(client.check_secret(secret))
