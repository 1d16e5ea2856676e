"""App configuration of proctoring: assessments, sittings and their monitoring."""

from importlib import import_module

from django.apps import AppConfig


class ProctoringConfig(AppConfig):
    """Proctored assessments."""

    name = "proctoring"
    verbose_name = "Assessments"
    api_tag = "Assessments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the signal receivers; let /readyz tell when speech is not recognised."""
        import_module("proctoring.receivers")
        notes = import_module("hitouch.core.monitoring.health").NOTES
        notes.append(import_module("proctoring.grading.speech.whisper").status_note)
