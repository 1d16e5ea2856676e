"""The work: opportunities, applications, gigs, slots, shifts and what is delivered."""

from django.apps import AppConfig


class GigsConfig(AppConfig):
    """Listens to the apps below, and puts its cards on the agent's home page."""

    name = "gigs"
    verbose_name = "Gigs"
    api_tag = "Gigs"

    def ready(self) -> None:
        """Models exist only now."""
        from gigs import dashboard as cards
        from gigs import receivers  # noqa: F401
        from onboarding.dashboard import panels as dashboard

        dashboard.register_contribution(cards.for_home)
