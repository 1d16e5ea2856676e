"""Credentials of partner apps: looking up an API key or token, and allauth's OIDC adapter."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Token
from django.db.models import Q

from accounts.models import ApiKey, OAuthClient
from hitouch.core.crypto import blind_index

KEY, CLIENT, SECRET, TOKEN = "hcx_key_", "hcx_client_", "hcx_secret_", "hcx_oat_"
MINUTE = timedelta(minutes=1)


class PartnerAdapter(DefaultOIDCAdapter):
    """Formats of client ids, secrets and token hashes."""

    def generate_client_id(self) -> str:
        """A public id."""
        return CLIENT + secrets.token_hex(8)

    def generate_client_secret(self) -> str:
        """32 random bytes with a prefix that secret scanners can recognise."""
        return SECRET + secrets.token_urlsafe(32)

    def hash_token(self, token: str) -> str:
        """Keyed, so that a copy of the database does not tell whether a token is in it."""
        return blind_index("partner-token", token)


@dataclass(frozen=True)
class Program:
    """The calling partner app; the value of `request.auth`."""

    credential: ApiKey | OAuthClient
    scopes: frozenset[str]


def hash_api_key(key: str) -> str:
    """The blind index by which an API key is found."""
    return blind_index("api-key", key)


def program_for_token(*, given: str, at: datetime) -> Program | None:
    """The partner app with this API key or OAuth2 token, if it and its owner are active."""
    found = _program_with_key(given) if given.startswith(KEY) else _program_with_token(given, at)
    if found is None or not found.credential.is_good(at):
        return None
    _record_use(found.credential, at)
    return found


def _program_with_key(given: str) -> Program | None:
    keys = ApiKey.objects.select_related("owner__agent")
    key = keys.filter(key_hash=hash_api_key(given)).first()
    return key and Program(key, frozenset(key.scopes))


def _program_with_token(given: str, at: datetime) -> Program | None:
    tokens = Token.objects.select_related("client__partner__owner__agent")
    token = tokens.filter(
        type=Token.Type.ACCESS_TOKEN,
        hash=PartnerAdapter().hash_token(given),
        expires_at__gt=at,
        client__partner__isnull=False,
    ).first()
    if token is None:
        return None
    client: OAuthClient = token.client.partner
    return Program(client, frozenset(token.get_scopes()) & frozenset(client.scopes))


def _record_use(credential: ApiKey | OAuthClient, at: datetime) -> None:
    """At most once a minute, so that reads cause few writes."""
    if credential.last_used_at is not None and at - credential.last_used_at < MINUTE:
        return
    rows = type(credential).objects.filter(pk=credential.pk)
    stale = Q(last_used_at=None) | Q(last_used_at__lte=at - MINUTE)
    rows.filter(stale).update(last_used_at=at)
