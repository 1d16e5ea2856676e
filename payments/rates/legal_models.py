"""The legal model of a project: HitouchCX sells the service, or only brings people together.

It decides which tax is withheld from agents and what GST clients pay, so it is fixed as soon as
money was promised or earned with it.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from accounts.security import audit
from gigs.models import Project
from hitouch.core.errors import Refusal
from payments.models import Payment, Reserve


class LegalModelFixed(Refusal):
    """Money was promised or earned under the legal model."""

    code = "legal_model_fixed"
    message = (
        "This project has published opportunities or earnings. Tax and GST were worked out with "
        "its legal model, so it cannot change any more. Make a new project."
    )
    field = "legal_model"


def projects_for_staff() -> QuerySet[Project]:
    """All projects, newest first, with `is_fixed`."""
    earned = Payment.objects.filter(gig__opportunity__project=OuterRef("pk"))
    reserved = Reserve.objects.filter(opportunity__project=OuterRef("pk"))
    rows = Project.objects.select_related("client").order_by("-created_at", "pk")
    return rows.annotate(is_fixed=Exists(earned) | Exists(reserved))


@transaction.atomic
def set_legal_model(*, project: Project, legal_model: str, by: User, at: datetime) -> Project:
    """Set the legal model, unless money was promised or earned with it. Publishing waits."""
    locked = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    was, locked.legal_model = locked.legal_model, Project.LegalModel(legal_model)
    if was == locked.legal_model:
        return locked
    if _is_fixed(locked.pk):
        raise LegalModelFixed
    locked.save(update_fields=["legal_model", "updated_at"])
    audit.record_event(
        by=by, action="project.legal_model_set", on=locked, at=at,
        old={"legal_model": was}, new={"legal_model": locked.legal_model},
    )  # fmt: skip
    return locked


def _is_fixed(project: UUID) -> bool:
    earned = Payment.objects.filter(gig__opportunity__project=project)
    return earned.exists() or Reserve.objects.filter(opportunity__project=project).exists()
