"""Assessments, sittings and what is watched during them, as a Django app."""

from importlib import import_module

from django.apps import AppConfig


class ProctoringConfig(AppConfig):
    """Proctored assessments."""

    name = "proctoring"
    verbose_name = "Assessments"
    api_tag = "Assessments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("proctoring.receivers")
