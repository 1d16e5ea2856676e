"""App configuration of payments: payments, the ledger and payouts."""

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """Payments for approved work, and the bank transfers (payouts) that pay them."""

    name = "payments"
    verbose_name = "Payments"
    api_tag = "Payments"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the signal receivers and add payments to the agent's dashboard."""
        from onboarding.dashboard.panels import register_contribution
        from payments import (
            dashboard,
            receivers,  # noqa: F401
        )

        register_contribution(dashboard.contribution)
