"""How a request of a program says who sent it: `Authorization: Bearer <access token>`."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import tokens
from accounts.models import AccessToken, User


class BearerAuthentication(BaseAuthentication):
    """The person behind an access token; `request.auth` is the token, with its family."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        """None when there is no such header; refuses when its token is not good."""
        scheme, _, value = get_authorization_header(request).partition(b" ")
        if scheme.lower() != b"bearer":
            return None
        given = value.decode("ascii", errors="replace").strip()
        token = tokens.person_behind(access_token=given, at=timezone.now())
        if token is None:
            raise AuthenticationFailed("This access token is not good, or its time is over.")
        return token.family.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return 'Bearer realm="HitouchCX"'
