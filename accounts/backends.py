"""Django's authentication backend: a contact and a password, with the rate limits of log-in."""

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils import timezone

from accounts import contacts
from accounts.authentication.services import login
from accounts.models import User
from accounts.security.origin import UNKNOWN_ORIGIN, origin_of
from hitouch.core.errors import Refusal


class ContactBackend(ModelBackend):
    """Finds the user by e-mail address or phone number; permissions come from the groups."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: str,
    ) -> User | None:
        """The active user, or None.

        Pages and API call the service itself, to show why it refused.
        """
        origin = origin_of(request) if request else UNKNOWN_ORIGIN
        try:
            return login.check_password(
                contact=contacts.parse(username or ""),
                password=password or "",
                at=timezone.now(),
                origin=origin,
            )
        except Refusal:
            return None
