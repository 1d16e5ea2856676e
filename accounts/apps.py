"""The accounts app: users, their contacts, and authentication."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, agents, log-in, sessions, consents and privacy."""

    name = "accounts"
    verbose_name = "People"
    api_tag = "Auth"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers, and have allauth's table store only hashes of session keys."""
        import_module("accounts.receivers")
        listed = import_module("allauth.usersessions.models").UserSession
        import_module("accounts.sessions.store").install_hashed_keys(listed)
