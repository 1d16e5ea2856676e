"""How far agents have come with the texts in force, and which papers wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.urls import reverse

from accounts.models import Agent
from hitouch.core.waiting import WorkQueue
from onboarding import gates
from onboarding.models import AgreementReading, AgreementTemplate, SignedPaper

#: A paper is made in seconds; after this something is wrong.
LATE_PAPER = timedelta(minutes=10)


@dataclass(frozen=True)
class TextToSign:
    """One text in force, and the agent's reading of it."""

    template: AgreementTemplate
    reading: AgreementReading | None

    @property
    def is_read(self) -> bool:
        """Whether the agent has been at its end."""
        return bool(self.reading and self.reading.finished_at)


def texts_to_sign(agent: Agent) -> list[TextToSign]:
    """What is left to sign, and how far the agent has come with each."""
    readings = {row.template_id: row for row in agent.readings.all()}
    return [TextToSign(row, readings.get(row.pk)) for row in gates.unsigned(agent)]


def newest_text(kind: str) -> AgreementTemplate | None:
    """The text of a kind that was written last, to begin a new version from."""
    return AgreementTemplate.objects.filter(kind=kind).order_by("-created_at").first()


def text_before(template: AgreementTemplate) -> AgreementTemplate | None:
    """What a version is compared with: the one in force, or for that one the one before it."""
    published = AgreementTemplate.objects.filter(kind=template.kind, in_force_at__isnull=False)
    if template.in_force_at:
        published = published.filter(in_force_at__lt=template.in_force_at)
    return published.order_by("-in_force_at").first()


def papers_that_wait(now: datetime) -> list[WorkQueue]:
    """Papers that should have been made by now: no key, or a fault."""
    late = SignedPaper.objects.unsealed().filter(created_at__lte=now - LATE_PAPER)
    found = late.aggregate(count=Count("id"), oldest=Min("created_at"))
    url = reverse("admin:onboarding_signature_changelist")
    late_papers = WorkQueue(
        "Signed PDFs not created", found["count"], found["oldest"], url, "Onboarding"
    )
    return [late_papers] if late_papers.count else []
