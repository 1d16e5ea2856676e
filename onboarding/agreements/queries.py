"""Agreements left to sign, signatures, versions to compare, and overdue sealed PDFs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import Agent
from hitouch.core import masking
from hitouch.core.web.queues import WorkQueue, queue_of
from onboarding.models import AgreementReading, AgreementTemplate, Signature, SignedPaper
from onboarding.steps import gates

#: Sealing takes seconds; a PDF that is still missing after this is reported to operations.
SEALING_OVERDUE = timedelta(minutes=10)


@dataclass(frozen=True)
class AgreementToSign:
    """A text in force and the agent's reading of it."""

    template: AgreementTemplate
    reading: AgreementReading | None

    @property
    def is_read(self) -> bool:
        """Whether the agent has confirmed reading it."""
        return bool(self.reading and self.reading.finished_at)


def agreements_to_sign(agent: Agent) -> list[AgreementToSign]:
    """The unsigned texts in force, with the agent's readings."""
    readings = {row.template_id: row for row in agent.readings.all()}
    return [AgreementToSign(row, readings.get(row.pk)) for row in gates.unsigned_agreements(agent)]


def latest_text(kind: str) -> AgreementTemplate | None:
    """The most recently created text of a kind, which a new version starts from."""
    return AgreementTemplate.objects.filter(kind=kind).order_by("-created_at").first()


def previous_text(template: AgreementTemplate) -> AgreementTemplate | None:
    """The version to compare with: the one in force before `template`."""
    published = AgreementTemplate.objects.filter(kind=template.kind, in_force_at__isnull=False)
    if template.in_force_at:
        published = published.filter(in_force_at__lt=template.in_force_at)
    return published.order_by("-in_force_at").first()


def unsealed_signatures(now: datetime) -> list[WorkQueue]:
    """Work queue of PDFs that should have been sealed by now (no key, or an error)."""
    overdue = SignedPaper.objects.unsealed().filter(created_at__lte=now - SEALING_OVERDUE)
    url, label = reverse("admin:onboarding_signature_changelist"), "Signed PDFs not created"
    queue = queue_of(overdue, since="created_at", label=label, url=url, group="Onboarding")
    return [queue] if queue.count else []


def signatures_of(agent: Agent) -> QuerySet[Signature]:
    """The agent's signatures, newest first, with texts and sealed PDFs."""
    rows = agent.signatures.select_related("template", "paper__file")
    return rows.order_by("-signed_at", "kind")


def signing_contacts(agent: Agent) -> dict[str, str]:
    """Verified contacts a signing code can be sent to, masked, by channel."""
    user = agent.user
    contacts = {}
    if user.email and user.email_verified_at:
        contacts["email"] = masking.mask_contact(user.email)
    if user.phone and user.phone_verified_at:
        contacts["phone"] = masking.mask_contact(user.phone)
    return contacts
