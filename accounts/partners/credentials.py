"""Credentials of partner apps: looking up an API key or token, and allauth's OIDC adapter."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.models import Token
from django.db.models import Q

from accounts.hooks import may_spend
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


def program_for_token(*, token: str, at: datetime) -> Program | None:
    """The partner app with this API key or OAuth2 token, if it and its owner are active."""
    program = _program_with_key(token) if token.startswith(KEY) else _program_with_token(token, at)
    if program is None or not program.credential.is_good(at):
        return None
    _record_use(program.credential, at)
    return _without_unapproved_scopes(program)


def _program_with_key(key: str) -> Program | None:
    keys = ApiKey.objects.select_related("owner__agent")
    row = keys.filter(key_hash=hash_api_key(key)).first()
    return row and Program(row, frozenset(row.scopes))


def _program_with_token(token: str, at: datetime) -> Program | None:
    tokens = Token.objects.select_related("client__partner__owner__agent")
    row = tokens.filter(
        type=Token.Type.ACCESS_TOKEN,
        hash=PartnerAdapter().hash_token(token),
        expires_at__gt=at,
        client__partner__isnull=False,
    ).first()
    if row is None:
        return None
    client: OAuthClient = row.client.partner
    return Program(client, frozenset(row.get_scopes()) & frozenset(client.scopes))


def _without_unapproved_scopes(program: Program) -> Program:
    """Without scopes that change something, where nobody approved that it may spend money.

    The owner may have become a member with such rights after one person created the credential.
    """
    changing = {scope for scope in program.scopes if scope.endswith(":write")}
    if not changing or program.credential.approved_by_id or not may_spend(program.credential.owner):
        return program
    return Program(program.credential, program.scopes - changing)


def _record_use(credential: ApiKey | OAuthClient, at: datetime) -> None:
    """At most once a minute, so that reads cause few writes."""
    if credential.last_used_at is not None and at - credential.last_used_at < MINUTE:
        return
    rows = type(credential).objects.filter(pk=credential.pk)
    stale = Q(last_used_at=None) | Q(last_used_at__lte=at - MINUTE)
    rows.filter(stale).update(last_used_at=at)
