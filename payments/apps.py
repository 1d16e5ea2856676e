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
        from onboarding.dashboard import panels as dashboard
        from payments import dashboard as cards
        from payments import receivers  # noqa: F401

        dashboard.register_contribution(cards.for_home)
