"""Programs of partners: who is behind a key or a token, and what allauth asks about them."""

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
    """What allauth asks of us about clients and their tokens."""

    def generate_client_id(self) -> str:
        """Public: it stands in lists and in the partner's settings."""
        return CLIENT + secrets.token_hex(8)

    def generate_client_secret(self) -> str:
        """32 random bytes under a name that scanners for leaked secrets can know."""
        return SECRET + secrets.token_urlsafe(32)

    def hash_token(self, token: str) -> str:
        """Keyed, so that a copy of the database alone cannot tell whether a token is in it."""
        return blind_index("partner-token", token)


@dataclass(frozen=True)
class Program:
    """A partner's program that asks: what `request.auth` is then."""

    credential: ApiKey | OAuthClient
    scopes: frozenset[str]


def hash_api_key(key: str) -> str:
    """What an API key is found by."""
    return blind_index("api-key", key)


def program_for_token(*, given: str, at: datetime) -> Program | None:
    """The program with this API key or OAuth2 token, while it and its owner may act."""
    found = _with_key(given) if given.startswith(KEY) else _with_token(given, at)
    if found is None or not found.credential.is_good(at):
        return None
    _note_use(found.credential, at)
    return found


def _with_key(given: str) -> Program | None:
    keys = ApiKey.objects.select_related("owner__agent")
    key = keys.filter(key_hash=hash_api_key(given)).first()
    return key and Program(key, frozenset(key.scopes))


def _with_token(given: str, at: datetime) -> Program | None:
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


def _note_use(credential: ApiKey | OAuthClient, at: datetime) -> None:
    """At most once a minute, so that reading stays reading."""
    if credential.last_used_at is not None and at - credential.last_used_at < MINUTE:
        return
    rows = type(credential).objects.filter(pk=credential.pk)
    stale = Q(last_used_at=None) | Q(last_used_at__lte=at - MINUTE)
    rows.filter(stale).update(last_used_at=at)
