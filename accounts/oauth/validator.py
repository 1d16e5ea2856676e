"""OAuth2 for programs of partners: client credentials (RFC 6749) and revocation (RFC 7009).

The endpoints' protocol is oauthlib's, with the one grant we have; clients and tokens are allauth's
rows. allauth's own views are not mounted: they offer every grant, fall over a parameter named
`user`, and let a client revoke a token of another one.
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
from oauthlib.oauth2.rfc6749.errors import InvalidClientError

from accounts.models import OAuthClient
from accounts.partners.credentials import CLIENT, TOKEN
from accounts.security.rate_limits import OAUTH_SECRET

CLIENT_ID = re.compile(rf"{CLIENT}[0-9a-f]{{16}}")
LONGEST_SECRET = 200


def server(*, at: datetime, place: str) -> BackendApplicationServer:
    """What answers a request for a token or for its end."""
    return BackendApplicationServer(
        PartnerValidator(at=at, place=place),
        token_generator=lambda request: TOKEN + secrets.token_urlsafe(32),
        token_expires_in=settings.IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN,
    )


class PartnerValidator(RequestValidator):
    """What oauthlib asks about one request."""

    def __init__(self, *, at: datetime, place: str) -> None:
        self.at, self.place = at, place
        self.program: OAuthClient

    def client_authentication_required(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        """There are no public clients."""
        return True

    def authenticate_client(self, request: Request, *args: Any, **kwargs: Any) -> bool:
        """Whether id and secret are right. An unknown id takes as long and counts the same.

        Counted after comparing, so that a partner's workers that start together pass: what is
        right is given back at once.
        """
        client_id, secret = _given(request)
        program = _with_id(client_id)
        right = _compare(program, secret)
        counted = OAUTH_SECRET.spend(f"{client_id[:100]} {self.place}", at=self.at)
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
        """Who asks for none gets all that were granted."""
        return self.program.scopes

    def validate_scopes(self, client_id: str, scopes: list[str], *args: Any, **kw: Any) -> bool:
        """Never more than was granted."""
        return set(scopes) <= set(self.program.scopes)

    def save_bearer_token(
        self, token: dict[str, Any], request: Request, *args: Any, **kwargs: Any
    ) -> None:
        """Keep its hash, unless the secret was renewed or revoked while it was compared."""
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
        """End a token of the client that asks; another one's is as unknown as none."""
        theirs = Token.objects.filter(client=self.program.client)
        theirs.filter(hash=get_adapter().hash_token(token)).delete()


def _given(request: Request) -> tuple[str, str]:
    """Id and secret, by HTTP Basic (each form-encoded, section 2.3.1) or in the body."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return request.client_id or "", request.client_secret or ""
    try:
        decoded = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    client_id, _, secret = decoded.partition(":")
    return unquote_plus(client_id), unquote_plus(secret)


def _with_id(client_id: str) -> OAuthClient | None:
    if not CLIENT_ID.fullmatch(client_id):
        return None
    rows = OAuthClient.objects.select_related("client", "owner")
    return rows.filter(client=client_id).first()


def _compare(program: OAuthClient | None, secret: str) -> bool:
    """In the time of one Argon2 hash, whoever asks."""
    theirs: Client | None = program and program.client
    if theirs is None or len(secret) > LONGEST_SECRET:
        make_password(secret[:LONGEST_SECRET])
        return False
    return bool(theirs.check_secret(secret))
