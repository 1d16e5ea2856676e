"""The onboarding app: from a verified contact to a cleared agent."""

from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    """Profile, documents, agreements, bank account, and the one judge of the next step."""

    name = "onboarding"
    verbose_name = "Onboarding"
    api_tag = "Onboarding"

    def ready(self) -> None:
        """Listen to what proctoring announces; look at the seal's settings."""
        from onboarding import receivers  # noqa: F401
