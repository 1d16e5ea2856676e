"""The payments app: what is owed, the books, and the transfers."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """From approved work to money at the bank."""

    name = "payments"
    verbose_name = "Payments"
    api_tag = "Payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to gigs, and show money on the first page."""
        from onboarding import dashboard
        from payments import cards, receivers  # noqa: F401

        dashboard.register(cards.for_home)
