"""Milestones: the parts of a fixed price, each with its own date and pay."""

from datetime import date

import pgtrigger
from django.db import models
from django.db.models import Q

from gigs.models.opportunities import Opportunity
from hitouch.core.db.base_models import BaseModel


class Milestone(BaseModel):
    """One part of a fixed price, the same for each gig of its opportunity.

    Part of the published terms: from then on it stays as it is. A gig earns it once, by work that
    the client approved.
    """

    opportunity = models.ForeignKey(
        Opportunity, related_name="milestones", on_delete=models.PROTECT
    )
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    amount_paise = models.BigIntegerField()
    due_on = models.DateField()

    class Meta:
        ordering = ["position"]
        triggers = [
            pgtrigger.Trigger(
                name="published_milestones_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("of", "uuid")],
                func=(
                    "of = CASE TG_OP WHEN 'INSERT' THEN NEW.opportunity_id"
                    " ELSE OLD.opportunity_id END;"
                    " IF NOT EXISTS (SELECT FROM gigs_opportunity WHERE id = of"
                    " AND state = 'DRAFT' AND pay_kind = 'FIXED') OR"
                    " (TG_OP = 'UPDATE' AND NEW.opportunity_id <> OLD.opportunity_id)"
                    " THEN RAISE EXCEPTION 'pgtrigger: milestones stay as they were published'"
                    " USING ERRCODE = 'integrity_constraint_violation'; END IF;"
                    " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;"
                ),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_milestone_a_position", fields=["opportunity", "position"]
            ),
            models.CheckConstraint(name="milestone_pays", condition=Q(amount_paise__gt=0)),
            models.CheckConstraint(
                name="milestone_due_in_this_century",
                condition=Q(due_on__range=(date(2020, 1, 1), date(2100, 1, 1))),
            ),
        ]

    def __str__(self) -> str:
        return self.title
