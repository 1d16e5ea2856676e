"""Terms of an opportunity: numbered versions of its text and pay, which never change."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from gigs.models.triggers import agreement, in_this_century
from hitouch.core.cefr import CEFR
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.hash_chain import digest


class PayKind(models.TextChoices):
    """How work is paid."""

    HOURLY = "HOURLY", "Hourly"
    FIXED = "FIXED", "Fixed price"


class Category(models.TextChoices):
    """Categories of work."""

    VOICE = "VOICE", "Phone support"
    CHAT = "CHAT", "Chat support"
    EMAIL = "EMAIL", "Email support"
    SOCIAL = "SOCIAL", "Social media"
    BACK_OFFICE = "BACK_OFFICE", "Back office"
    QUALITY = "QUALITY", "Quality review"


#: What a new version may change.
TEXT = (
    "title",
    "description",
    "category",
    "skills",
    "languages",
    "minimum_level",
    "qualifications",
    "experience_years",
    "apply_by",
)
#: What stays as it was published.
PAY = ("pay_kind", "rate_paise", "hours_each")


class OfferFields(BaseModel):
    """What an opportunity offers and asks for."""

    title = models.CharField(max_length=120)
    description = models.TextField()
    category = models.CharField(max_length=20, choices=Category.choices)
    skills = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    minimum_level = models.CharField(
        "minimum English level", max_length=2, choices=CEFR.choices, default=CEFR.A2
    )
    qualifications = models.CharField(max_length=200, blank=True)
    experience_years = models.PositiveSmallIntegerField("years of experience", default=0)
    pay_kind = models.CharField("pay", max_length=10, choices=PayKind.choices)
    rate_paise = models.BigIntegerField("rate")
    hours_each = models.PositiveSmallIntegerField(
        "maximum hours per agent",
        default=0,
        help_text="Maximum paid hours per agent. 0 for a fixed price.",
    )
    apply_by = models.DateTimeField()

    class Meta:
        abstract = True

    @property
    def is_hourly(self) -> bool:
        return self.pay_kind == PayKind.HOURLY


def _columns(row: str, names: tuple[str, ...]) -> str:
    return ", ".join(f"{row}.{name}" for name in names)


def published_text_trigger() -> pgtrigger.Trigger:
    """The text of a published opportunity changes with a new version of its terms only."""
    return pgtrigger.Protect(
        name="published_text_stays",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.state <> 'DRAFT' AND pg_trigger_depth() = 0"
            f" AND ROW({_columns('OLD', TEXT)}) IS DISTINCT FROM ROW({_columns('NEW', TEXT)})"
        ),
    )


def published_with_terms_trigger() -> pgtrigger.Trigger:
    """Publishing needs the first version."""
    return pgtrigger.Protect(
        name="published_with_terms",
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition(
            "OLD.state = 'DRAFT' AND NEW.state = 'OPEN' AND NEW.terms_version = 0"
        ),
    )


def _copy_to_opportunity() -> pgtrigger.Trigger:
    """A new version is what the opportunity says from now on."""
    copied = ", ".join(f"{name} = NEW.{name}" for name in TEXT)
    return pgtrigger.Trigger(
        name="copied_to_opportunity",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        func=(
            f"UPDATE gigs_opportunity SET terms_version = NEW.version, {copied}"  # noqa: S608
            " WHERE id = NEW.opportunity_id; RETURN NULL;"
        ),
    )


def hash_of(row: Any) -> str:
    """The hash of a version: of its text and pay, its number, and the hash before it."""
    values = {name: getattr(row, name) for name in (*TEXT, *PAY)}
    values["apply_by"] = row.apply_by.astimezone(UTC).isoformat()
    return digest([str(row.opportunity_id), row.version, values, row.previous_hash])


class Terms(OfferFields):
    """One version of the terms of an opportunity, from its publication on.

    An application acknowledges a version, and the gig made of it keeps that version. The hash
    covers the content and the hash of the version before.
    """

    opportunity = models.ForeignKey(
        "gigs.Opportunity", related_name="terms", on_delete=models.PROTECT
    )
    version = models.PositiveSmallIntegerField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, related_name="+", on_delete=models.PROTECT
    )
    published_at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name_plural = "terms"
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            agreement(
                "next_version",
                query=(
                    "SELECT FROM gigs_opportunity AS opportunity"
                    " WHERE opportunity.id = NEW.opportunity_id"
                    " AND opportunity.terms_version + 1 = NEW.version"
                    f" AND ({_columns('opportunity', PAY)}) = ({_columns('NEW', PAY)})"
                ),
            ),
            _copy_to_opportunity(),
        ]
        indexes = [models.Index(name="terms_newest", fields=["-created_at", "-id"])]
        constraints = [
            models.UniqueConstraint(
                name="one_terms_of_a_version", fields=["opportunity", "version"]
            ),
            models.CheckConstraint(
                name="terms_apply_by_in_this_century", condition=in_this_century("apply_by")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"

    @property
    def is_intact(self) -> bool:
        """Whether the version is what was published."""
        return hash_of(self) == self.hash
