"""The onboarding app: from a verified contact to a cleared agent."""

from django.apps import AppConfig


class OnboardingConfig(AppConfig):
    """Profile, documents, agreements, bank account, and onboarding steps."""

    name = "onboarding"
    verbose_name = "Onboarding"
    api_tag = "Onboarding"

    def ready(self) -> None:
        """Connect signal receivers and register system checks."""
        from hitouch.core.jobs import reading_queues
        from onboarding import checks, receivers  # noqa: F401
        from onboarding.kyc import uploads
        from onboarding.kyc.review import hand_masking
        from onboarding.models import KycHeldPicture, KycUpload

        for queue in (
            reading_queues.ReadingQueue(KycUpload.objects.all, uploads.TASK),
            reading_queues.ReadingQueue(KycHeldPicture.objects.all, hand_masking.TASK),
        ):
            reading_queues.register_queue(queue)
