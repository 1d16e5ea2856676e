"""DRF authentication of API requests by `Authorization: Bearer …`.

The prefix of the token tells its kind: an access token of a first-party app, the API key of a
partner, or the access token of a partner's OAuth2 client.
"""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import AccessToken, User
from accounts.partners import credentials
from accounts.security.scopes import REALM
from accounts.sessions import tokens

FIRST_PARTY = "hcx_at_"


class BearerAuthentication(BaseAuthentication):
    """Authenticates as the user of the token; `request.auth` is the token or the `Program`."""

    def authenticate(
        self, request: Request
    ) -> tuple[User, AccessToken | credentials.Program] | None:
        """Return None without the header; raise `AuthenticationFailed` for an invalid token."""
        scheme, _, token = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        value, now = token.decode("ascii", errors="replace").strip(), timezone.now()
        if value.startswith(FIRST_PARTY):
            access_token = tokens.user_for_access_token(access_token=value, at=now)
            if access_token is not None:
                return access_token.family.user, access_token
        else:
            program = credentials.program_for_token(token=value, at=now)
            if program is not None:
                return program.credential.owner, program
        raise AuthenticationFailed("This access token is not valid or has expired.")

    def authenticate_header(self, request: Request) -> str:
        """The `WWW-Authenticate` header of a 401; names an invalid token as RFC 6750 asks."""
        has_token = get_authorization_header(request).lower().startswith(b"bearer ")
        return f'{REALM}, error="invalid_token"' if has_token else REALM
