"""App configuration of gigs: opportunities, applications, gigs, slots and submitted work."""

from django.apps import AppConfig


class GigsConfig(AppConfig):
    """Opportunities of clients, and the gigs of agents who work for them."""

    name = "gigs"
    verbose_name = "Gigs"
    api_tag = "Gigs"

    def ready(self) -> None:
        """Connect the signal receivers, and add the dashboard's panels and the files to check."""
        from gigs import (
            dashboard,
            receivers,  # noqa: F401
        )
        from gigs.models import Deliverable
        from gigs.work import deliverables
        from hitouch.core.jobs import reading_queues
        from onboarding.dashboard.panels import register_contribution

        register_contribution(dashboard.contribution)
        reading_queues.register_queue(
            reading_queues.ReadingQueue(Deliverable.objects.all, deliverables.TASK)
        )
