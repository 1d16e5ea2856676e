"""Accounts as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who you are: people, their contacts, their way in."""

    name = "accounts"
    verbose_name = "People"
    api_tag = "Auth"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to what allauth announces, and hash the keys in its list of sessions."""
        import_module("accounts.receivers")
        listed = import_module("allauth.usersessions.models").UserSession
        import_module("accounts.sessions.store").install_hashed_keys(listed)
