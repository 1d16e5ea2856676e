"""The item bank: items with versions, keys, figures and flags. It belongs to no assessment.

What a candidate may see stands in `ItemVersion`; the key stands in a table of its own, which no
query for candidates joins.
"""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hitouch.core.cefr import CEFR
from hitouch.core.db.base_models import BaseModel
from hitouch.core.db.state_machine import StateEvent, StateMachine
from hitouch.core.models import StoredFile

_item_machine = StateMachine(
    start="DRAFT",
    edges={
        "DRAFT": ["IN_REVIEW"],
        "IN_REVIEW": ["DRAFT", "TRIAL", "LIVE"],
        "TRIAL": ["LIVE", "RETIRED"],
        "LIVE": ["TRIAL", "RETIRED"],
        "RETIRED": ["LIVE"],
    },
)


class ItemKind(models.TextChoices):
    """How an item is asked and graded."""

    AUDIO_MCQ = "AUDIO_MCQ", "Listening, multiple choice"
    READING_MCQ = "READING_MCQ", "Reading, multiple choice"
    FILL_BLANK = "FILL_BLANK", "Fill in the blanks"
    SPEAKING = "SPEAKING", "Speaking"
    WRITING = "WRITING", "Writing"


class Skill(models.TextChoices):
    """The skill that items of one kind measure."""

    LISTENING = "LISTENING", "Listening"
    READING = "READING", "Reading"
    USE = "USE", "Use of English"
    SPEAKING = "SPEAKING", "Speaking"
    WRITING = "WRITING", "Writing"


SKILL_OF_KIND = {
    ItemKind.AUDIO_MCQ: Skill.LISTENING,
    ItemKind.READING_MCQ: Skill.READING,
    ItemKind.FILL_BLANK: Skill.USE,
    ItemKind.SPEAKING: Skill.SPEAKING,
    ItemKind.WRITING: Skill.WRITING,
}


class Item(BaseModel):
    """One item with its place in the bank. Its wording stands in its versions."""

    #: The topic of items that ask about a text of the person. They are never drawn otherwise.
    FOLLOW_UP = "follow-up"

    class State(models.TextChoices):
        """States of an item. A trial item is asked without counting, to calibrate it."""

        DRAFT = "DRAFT", "Draft"
        IN_REVIEW = "IN_REVIEW", "In review"
        TRIAL = "TRIAL", "On trial"
        LIVE = "LIVE", "Live"
        RETIRED = "RETIRED", "Retired"

    machine = _item_machine

    code = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=ItemKind.choices)
    language = models.CharField(max_length=8, default="en")
    level = models.CharField(max_length=2, choices=CEFR.choices)
    topic = models.SlugField(max_length=40)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    excludes = models.ManyToManyField("self", blank=True, help_text="Items that must not meet it.")

    class Meta:
        indexes = [models.Index(name="item_by_kind", fields=["kind", "state", "level", "code"])]
        triggers = [
            *_item_machine.triggers(),
            pgtrigger.Trigger(
                name="kind_is_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("code", "kind", "language"),
                func="""
                    IF EXISTS (SELECT 1 FROM proctoring_itemversion
                                WHERE item_id = OLD.id AND published_at IS NOT NULL) THEN
                        RAISE EXCEPTION 'A published item keeps its code, kind and language.'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.level})"

    @property
    def skill(self) -> str:
        """The skill that the item measures."""
        return SKILL_OF_KIND[ItemKind(self.kind)]


class ItemEvent(StateEvent):
    """One change of an item's state."""

    subject = models.ForeignKey(Item, related_name="events", on_delete=models.CASCADE)

    class Meta(StateEvent.Meta):
        pass


class ItemVersion(BaseModel):
    """One wording of an item, without its key. Once published it never changes."""

    item = models.ForeignKey(Item, related_name="versions", on_delete=models.CASCADE)
    number = models.PositiveSmallIntegerField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        related_name="+",
        on_delete=models.PROTECT,
        help_text="Empty: from the files of the seed.",
    )
    note = models.CharField(max_length=300, blank=True, help_text="What changed, and why.")
    passage = models.TextField(blank=True)
    text = models.TextField()
    options = models.JSONField(default=dict, blank=True)
    audio = models.ForeignKey(
        StoredFile, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    plays = models.PositiveSmallIntegerField(default=2, help_text="How often audio may be played.")
    min_words = models.PositiveSmallIntegerField(default=0)
    max_words = models.PositiveSmallIntegerField(default=0)
    preparation_seconds = models.PositiveSmallIntegerField(default=0)
    seconds = models.PositiveSmallIntegerField(default=0, help_text="Time to speak.")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="item_version_number", fields=["item", "number"]),
        ]
        triggers = [
            pgtrigger.Protect(
                name="frozen_once_published",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__published_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.item.code}, version {self.number}"


class ItemReview(BaseModel):
    """A second person's decision on a new wording, or on an item whose trial is over."""

    class Kind(models.TextChoices):
        """What is reviewed."""

        WORDING = "WORDING", "New wording"
        TRIAL = "TRIAL", "End of trial"

    class Outcome(models.TextChoices):
        """How it was decided."""

        LIVE = "LIVE", "Approved as live"
        TRIAL = "TRIAL", "Approved for a trial"
        RETURNED = "RETURNED", "Returned to the author"
        RETIRED = "RETIRED", "Retired"

    version = models.ForeignKey(ItemVersion, related_name="reviews", on_delete=models.CASCADE)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        related_name="+",
        on_delete=models.PROTECT,
        help_text="Empty: the nightly fit.",
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, related_name="+", on_delete=models.PROTECT
    )
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    comment = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="item_review_one_open",
                fields=["version"],
                condition=Q(decided_at__isnull=True),
            ),
            models.CheckConstraint(
                name="item_review_by_a_second_person",
                condition=Q(requested_by__isnull=True)
                | Q(decided_by__isnull=True)
                | ~Q(requested_by=models.F("decided_by")),
            ),
        ]
        indexes = [models.Index(name="item_review_oldest", fields=["requested_at", "id"])]
        triggers = [
            pgtrigger.Protect(
                name="frozen_once_decided",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__decided_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.version}"


class ItemKey(BaseModel):
    """The key of one version. Nothing that serves candidates reads this table."""

    version = models.OneToOneField(ItemVersion, related_name="key", on_delete=models.CASCADE)
    key = models.CharField(max_length=200, blank=True)
    accepted = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    script = models.JSONField(default=list, blank=True, help_text="Who says what in the audio.")
    expected = models.JSONField(
        default=list, blank=True, help_text="The points that a good answer contains."
    )
    model_answer = models.TextField(blank=True)

    class Meta:
        triggers = [
            pgtrigger.Trigger(
                name="frozen_once_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func="""
                    IF EXISTS (SELECT 1 FROM proctoring_itemversion
                                WHERE id = OLD.version_id AND published_at IS NOT NULL) THEN
                        RAISE EXCEPTION 'The key of a published version never changes.'
                            USING ERRCODE = 'check_violation';
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"Key of {self.version_id}"


class ItemFigures(BaseModel):
    """What is known about how a version behaves. One row is current; earlier rows stay.

    Difficulty and its error are in logits on the common scale, times in seconds.
    """

    class Origin(models.TextChoices):
        """Where the figures come from."""

        AUTHOR = "AUTHOR", "Author"
        PANEL = "PANEL", "Panel"
        RESPONSES = "RESPONSES", "Responses"

    version = models.ForeignKey(ItemVersion, related_name="figures", on_delete=models.CASCADE)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    difficulty = models.FloatField()
    difficulty_error = models.FloatField()
    discrimination = models.FloatField(default=1.0)
    facility = models.FloatField(null=True)
    choices = models.JSONField(default=dict, blank=True)
    median_seconds = models.FloatField(null=True)
    responses = models.PositiveIntegerField(default=0)
    fitted_at = models.DateTimeField()
    current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="item_figures_current", fields=["version"], condition=Q(current=True)
            ),
            models.CheckConstraint(
                name="item_figures_have_error", condition=Q(difficulty_error__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.difficulty:+.2f} ± {self.difficulty_error:.2f}"


class ItemFlag(BaseModel):
    """A doubt about a version, raised by the nightly fit or reported by a person."""

    class Kind(models.TextChoices):
        """What is in doubt."""

        MISFIT = "MISFIT", "Does not fit"
        KEY = "KEY", "Key in doubt"
        LEAK = "LEAK", "May have leaked"
        REPORTED = "REPORTED", "Reported"

    version = models.ForeignKey(ItemVersion, related_name="flags", on_delete=models.CASCADE)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    detail = models.JSONField(default=dict, blank=True)
    raised_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, related_name="+", on_delete=models.PROTECT
    )
    resolution = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="item_flag_one_open",
                fields=["version", "kind"],
                condition=Q(resolved_at__isnull=True),
            )
        ]
        indexes = [models.Index(name="item_flag_newest", fields=["-raised_at", "-id"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.version}"
