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
        """Connect the receivers, register the kinds of access changes, install hashed keys.

        allauth's table of sessions stores only hashes of session keys.
        """
        for name in ("receivers", "staff.access", "partners.access", "mfa.access"):
            import_module(f"accounts.{name}")
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
