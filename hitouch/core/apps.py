"""The floor as a Django app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Rows that belong to no domain: stored files and the outbox."""

    name = "hitouch.core"
    label = "core"
    verbose_name = "System"
    default_auto_field = "django.db.models.BigAutoField"
