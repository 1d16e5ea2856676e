"""How a request of a program says who sent it: `Authorization: Bearer …`.

Three kinds, told apart by how they begin: the access token of a first-party program, the API key
of a partner, and the token that a partner's OAuth2 client was given.
"""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import AccessToken, User
from accounts.partners import credentials
from accounts.security.scopes import REALM
from accounts.sessions import tokens as sessions_tokens

FIRST_PARTY = "hcx_at_"


class BearerAuthentication(BaseAuthentication):
    """The person behind the token or key; `request.auth` is the access token or the program."""

    def authenticate(
        self, request: Request
    ) -> tuple[User, AccessToken | credentials.Program] | None:
        """None when there is no such header; refuses when its token is not good."""
        scheme, _, value = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        given, now = value.decode("ascii", errors="replace").strip(), timezone.now()
        if given.startswith(FIRST_PARTY):
            token = sessions_tokens.user_for_access_token(access_token=given, at=now)
            if token is not None:
                return token.family.user, token
        else:
            program = credentials.program_for_token(given=given, at=now)
            if program is not None:
                return program.credential.owner, program
        raise AuthenticationFailed("This access token is not valid or has expired.")

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for; a token that was given and is not good is named (RFC 6750)."""
        given = get_authorization_header(request).lower().startswith(b"bearer ")
        return f'{REALM}, error="invalid_token"' if given else REALM
