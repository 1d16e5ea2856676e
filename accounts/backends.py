"""Django's authentication backend: a contact and a password, with the rate limits of log-in."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils import timezone

from accounts import contacts
from accounts.authentication.services import login
from accounts.models import Notice, User
from accounts.security.origin import UNKNOWN_ORIGIN, origin_of
from hitouch.core.errors import Refusal


class ContactBackend(ModelBackend):
    """Finds the user by e-mail address or phone number; permissions come from the groups."""

    def get_user(self, user_id: Any) -> User | None:
        """The user of a session, and whether there are unread notices, for the page's header."""
        unread = Notice.objects.filter(user=OuterRef("pk")).posted(timezone.now()).unread()
        rows = User.objects.annotate(has_unread_notices=Exists(unread))
        user = rows.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

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
