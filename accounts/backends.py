"""The way in that Django itself knows: a contact and a password, under our limits."""

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.utils import timezone

from accounts import contacts
from accounts.authentication.services import login
from accounts.models import User
from accounts.security import origin as security_origin
from accounts.security.origin import UNKNOWN_ORIGIN
from hitouch.core.errors import Refusal


class ContactBackend(ModelBackend):
    """Finds the person by e-mail address or phone number; permissions come from the groups."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: str,
    ) -> User | None:
        """The active person, or None; the pages and the API ask the service and say why not."""
        origin = security_origin.origin_of(request) if request else UNKNOWN_ORIGIN
        try:
            return login.check_password(
                contact=contacts.parse(username or ""),
                password=password or "",
                at=timezone.now(),
                origin=origin,
            )
        except Refusal:
            return None
