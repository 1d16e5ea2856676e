"""Seed the agreement texts. Uses the services; idempotent."""

from datetime import datetime
from pathlib import Path

from django.db import transaction

from onboarding.agreements import publishing
from onboarding.models import AgreementTemplate

TEXTS = Path(__file__).parent / "texts"
VERSION = "2.0"
TITLES = {
    AgreementTemplate.Kind.NDA: "Confidentiality agreement",
    AgreementTemplate.Kind.CONTRACTOR: "Contractor agreement",
}


@transaction.atomic
def seed(now: datetime) -> list[AgreementTemplate]:
    """Publish the agreement texts that do not exist yet."""
    return [_template(kind, title, now) for kind, title in TITLES.items()]


def _template(kind: str, title: str, now: datetime) -> AgreementTemplate:
    known = AgreementTemplate.objects.filter(kind=kind, version=VERSION).first()
    if known is not None:
        return known
    text = (TEXTS / f"{kind.lower()}-{VERSION}.md").read_text(encoding="utf-8")
    return publishing.publish_template(
        kind=kind, version=VERSION, title=title, text=text, by=None, at=now
    )
