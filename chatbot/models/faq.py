"""FAQ: categories, entries, the versions of what an entry says, and the ways to ask it."""

from __future__ import annotations

from decimal import Decimal

import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from chatbot.models.languages import HelpLanguage
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine

#: Longest text of a phrasing, and of a message that is encoded.
LONGEST_PHRASING = 500


class FaqCategory(BaseModel):
    """A heading of the help page."""

    title = models.CharField(max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(default=0)
    answer_threshold = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.80"),
        validators=[MinValueValidator(Decimal("0.50")), MaxValueValidator(Decimal("0.99"))],
        help_text="Probability from which an entry of this category is given as the answer. "
        "Higher where a wrong answer does more harm: money, documents, law.",
    )
    skill = models.SlugField(
        max_length=30,
        blank=True,
        help_text="What a member of support must know to answer tickets about this.",
    )

    class Meta:
        verbose_name = "FAQ category"
        verbose_name_plural = "FAQ categories"

    def __str__(self) -> str:
        return self.title


class FaqEntryQuerySet(models.QuerySet["FaqEntry"]):
    """Filters by state."""

    def active(self) -> FaqEntryQuerySet:
        return self.filter(is_active=True)


class FaqEntry(BaseModel):
    """One subject: its texts are in its versions, the ways to ask it in its phrasings."""

    category = models.ForeignKey(FaqCategory, related_name="entries", on_delete=models.PROTECT)
    key = models.SlugField(
        max_length=60, unique=True, help_text="Identifier of the entry in the seed file."
    )
    is_active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    version = models.ForeignKey(
        "FaqVersion",
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        on_delete=models.PROTECT,
        help_text="The published version.",
    )
    objects = FaqEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "FAQ entry"
        verbose_name_plural = "FAQ entries"

    def __str__(self) -> str:
        return self.key


class FaqVersionState(models.TextChoices):
    """States of a version."""

    DRAFT = "DRAFT", "Draft"
    PUBLISHED = "PUBLISHED", "Published"
    RETIRED = "RETIRED", "Replaced"


_version_machine = StateMachine(
    start=FaqVersionState.DRAFT,
    edges={
        FaqVersionState.DRAFT: [FaqVersionState.PUBLISHED],
        FaqVersionState.PUBLISHED: [FaqVersionState.RETIRED],
    },
)


class FaqVersion(BaseModel):
    """What an entry says, in one or more languages. It cannot change once it is published."""

    State = FaqVersionState

    entry = models.ForeignKey(FaqEntry, related_name="versions", on_delete=models.PROTECT)
    number = models.PositiveIntegerField()
    state = models.CharField(
        max_length=10, choices=FaqVersionState.choices, default=FaqVersionState.DRAFT
    )
    note = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    published_at = models.DateTimeField(null=True, blank=True)
    machine = _version_machine

    class Meta:
        verbose_name = "FAQ version"
        triggers = _version_machine.triggers()
        constraints = [
            models.UniqueConstraint(name="faq_version_number", fields=["entry", "number"]),
            models.UniqueConstraint(
                name="faq_version_one_published",
                fields=["entry"],
                condition=Q(state=FaqVersionState.PUBLISHED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry.key}, version {self.number}"


class FaqVersionEvent(StateEvent):
    """One change of a version's state."""

    subject = models.ForeignKey(FaqVersion, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


_PUBLISHED_TEXT = """
IF EXISTS (
    SELECT 1 FROM chatbot_faqversion v
     WHERE v.id = (CASE WHEN TG_OP = 'INSERT' THEN NEW.version_id ELSE OLD.version_id END)
       AND v.state <> 'DRAFT'
) THEN
    RAISE EXCEPTION 'a published version cannot change';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""


class FaqText(BaseModel):
    """The question and the answer of a version in one language."""

    version = models.ForeignKey(FaqVersion, related_name="texts", on_delete=models.CASCADE)
    language = models.CharField(max_length=8, choices=HelpLanguage.choices)
    question = models.CharField(max_length=200)
    answer = models.TextField(
        max_length=4000,
        help_text="Numbers that follow from settings are slots such as {{ code_minutes }}.",
    )

    class Meta:
        verbose_name = "FAQ text"
        triggers = [
            pgtrigger.Trigger(
                name="published_is_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_PUBLISHED_TEXT,
            )
        ]
        constraints = [
            models.UniqueConstraint(name="faq_text_language", fields=["version", "language"])
        ]

    def __str__(self) -> str:
        return self.question


class FaqPassage(BaseModel):
    """Vectors that the encoder made of a text, which itself cannot change."""

    text = models.OneToOneField(FaqText, related_name="passage", on_delete=models.CASCADE)
    vectors = models.BinaryField(
        help_text="384 float16 numbers of question and answer, and 384 of the answer.",
    )
    encoder = models.CharField(max_length=40)

    def __str__(self) -> str:
        return self.encoder


class FaqPhrasing(BaseModel):
    """One way to ask an entry, with the vector that the encoder made of it."""

    class Origin(models.TextChoices):
        """Where the phrasing came from."""

        SEED = "SEED", "Supplied with HitouchCX"
        ENTRY = "ENTRY", "Question of the entry"
        STAFF = "STAFF", "Written by staff"
        QUESTION = "QUESTION", "Question of a person"
        TICKET = "TICKET", "Support ticket"
        IMPORT = "IMPORT", "Imported"

    entry = models.ForeignKey(FaqEntry, related_name="phrasings", on_delete=models.CASCADE)
    text = models.CharField(max_length=LONGEST_PHRASING)
    language = models.CharField(max_length=8, choices=HelpLanguage.choices)
    origin = models.CharField(max_length=8, choices=Origin.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    vector = models.BinaryField(
        null=True, editable=False, help_text="384 float16 numbers, little endian."
    )
    encoder = models.CharField(max_length=40, blank=True, editable=False)

    class Meta:
        verbose_name = "FAQ phrasing"
        constraints = [models.UniqueConstraint(name="faq_phrasing_once", fields=["entry", "text"])]

    def __str__(self) -> str:
        return self.text


class MatcherRevision(models.Model):
    """One row with a number that rises whenever what the matcher reads has changed.

    Processes compare it before each match and load their matrix again when it differs.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    number = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="matcher_revision_one_row", condition=Q(id=1))]

    def __str__(self) -> str:
        return str(self.number)


class MatcherCalibration(BaseModel):
    """One set of coefficients of the matcher, with its reliability curve. It never changes."""

    number = models.PositiveIntegerField(unique=True)
    coefficients = models.JSONField()
    curve = models.JSONField(default=list)
    figures = models.JSONField(default=dict)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    published_at = models.DateTimeField()

    class Meta:
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"Calibration {self.number}"


class LabelledMessage(BaseModel):
    """A message of which people said which entry answers it, or that none does."""

    class Origin(models.TextChoices):
        """Where the label came from."""

        SEED = "SEED", "Supplied with HitouchCX"
        FEEDBACK = "FEEDBACK", "Feedback on an answer"
        STAFF = "STAFF", "Staff"

    text = models.CharField(max_length=LONGEST_PHRASING, unique=True)
    language = models.CharField(max_length=8, choices=HelpLanguage.choices)
    entry = models.ForeignKey(
        FaqEntry,
        null=True,
        blank=True,
        related_name="labelled",
        on_delete=models.CASCADE,
        help_text="Blank: no entry answers it.",
    )
    origin = models.CharField(max_length=8, choices=Origin.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text
