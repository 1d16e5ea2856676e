"""The work: opportunities, applications, gigs, slots, shifts and what is delivered."""

from django.apps import AppConfig


class GigsConfig(AppConfig):
    """Listens to the apps below, and puts its cards on the agent's home page."""

    name = "gigs"
    verbose_name = "Gigs"
    api_tag = "Gigs"

    def ready(self) -> None:
        """Models exist only now."""
        from gigs import cards, receivers  # noqa: F401
        from onboarding import dashboard

        dashboard.register(cards.for_home)
