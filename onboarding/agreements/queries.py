"""How far agents have come with the texts in force, and which papers wait."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, QuerySet
from django.urls import reverse

from accounts.models import Agent
from hitouch.core import masking
from hitouch.core.web.queues import WorkQueue
from onboarding.models import AgreementReading, AgreementTemplate, Signature, SignedPaper
from onboarding.steps import gates

#: A paper is made in seconds; after this something is wrong.
LATE_PAPER = timedelta(minutes=10)


@dataclass(frozen=True)
class AgreementToSign:
    """One text in force, and the agent's reading of it."""

    template: AgreementTemplate
    reading: AgreementReading | None

    @property
    def is_read(self) -> bool:
        """Whether the agent has been at its end."""
        return bool(self.reading and self.reading.finished_at)


def agreements_to_sign(agent: Agent) -> list[AgreementToSign]:
    """What is left to sign, and how far the agent has come with each."""
    readings = {row.template_id: row for row in agent.readings.all()}
    return [AgreementToSign(row, readings.get(row.pk)) for row in gates.unsigned_agreements(agent)]


def newest_text(kind: str) -> AgreementTemplate | None:
    """The text of a kind that was written last, to begin a new version from."""
    return AgreementTemplate.objects.filter(kind=kind).order_by("-created_at").first()


def text_before(template: AgreementTemplate) -> AgreementTemplate | None:
    """What a version is compared with: the one in force, or for that one the one before it."""
    published = AgreementTemplate.objects.filter(kind=template.kind, in_force_at__isnull=False)
    if template.in_force_at:
        published = published.filter(in_force_at__lt=template.in_force_at)
    return published.order_by("-in_force_at").first()


def unsealed_signatures(now: datetime) -> list[WorkQueue]:
    """Papers that should have been made by now: no key, or a fault."""
    late = SignedPaper.objects.unsealed().filter(created_at__lte=now - LATE_PAPER)
    found = late.aggregate(count=Count("id"), oldest=Min("created_at"))
    url = reverse("admin:onboarding_signature_changelist")
    late_papers = WorkQueue(
        "Signed PDFs not created", found["count"], found["oldest"], url, "Onboarding"
    )
    return [late_papers] if late_papers.count else []


def signatures_of(agent: Agent) -> QuerySet[Signature]:
    """What the agent signed, newest first, with the texts and the papers."""
    rows = agent.signatures.select_related("template", "paper__file")
    return rows.order_by("-signed_at", "kind")


def signing_contacts(agent: Agent) -> dict[str, str]:
    """The verified contacts a code for signing can go to, masked, by channel."""
    user = agent.user
    found = {}
    if user.email and user.email_verified_at:
        found["email"] = masking.mask_contact(user.email)
    if user.phone and user.phone_verified_at:
        found["phone"] = masking.mask_contact(user.phone)
    return found
