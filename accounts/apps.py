"""The accounts app: users, their contacts, and authentication."""

from importlib import import_module

from allauth.usersessions.apps import UserSessionsConfig
from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, agents, log-in, sessions, consents and privacy."""

    name = "accounts"
    default = True
    verbose_name = "People"
    api_tag = "Auth"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers, and have allauth's table store only hashes of session keys."""
        import_module("accounts.receivers")
        listed = import_module("allauth.usersessions.models").UserSession
        import_module("accounts.sessions.store").install_hashed_keys(listed)


class SessionListConfig(UserSessionsConfig):
    """allauth's table of sessions, without its receiver that lists a session after a log-in.

    `AccountAdapter.login` lists it, under the lock of the account; the receiver would list it once
    more after the lock, also when it was ended meanwhile.
    """

    default = False

    def ready(self) -> None:
        """Connect nothing."""
