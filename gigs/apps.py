"""App configuration of gigs: opportunities, applications, gigs, slots and submitted work."""

from django.apps import AppConfig


class GigsConfig(AppConfig):
    """Opportunities of clients, and the gigs of agents who work for them."""

    name = "gigs"
    verbose_name = "Gigs"
    api_tag = "Gigs"

    def ready(self) -> None:
        """Connect the signal receivers and add gigs to the agent's dashboard."""
        from gigs import (
            dashboard,
            receivers,  # noqa: F401
        )
        from onboarding.dashboard.panels import register_contribution

        register_contribution(dashboard.contribution)
