"""The app of shared models: stored files and the outbox."""

from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

from hitouch.core import sandbox


class CoreConfig(AppConfig):
    """Models that belong to no domain: stored files and the outbox."""

    name = "hitouch.core"
    label = "core"
    verbose_name = "System"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Refuse to start when a setting is wrong, or lacks what a chosen provider needs.

        Decoders are confined, except where a development machine cannot.
        """
        import_module("hitouch.core.outbox.checks").require_sms_settings()
        import_module("hitouch.core.payout_provider.checks").require_payout_settings()
        import_module("hitouch.core.middleware").require_trusted_proxies()
        for name in ("sandbox", "db", "jobs", "files"):
            import_module(f"hitouch.core.{name}.checks")
        import_module("hitouch.core.db.squashed_migrations")
        import_module("hitouch.core.monitoring.start_checks")
        sandbox.require_confinement(not settings.DEBUG)
