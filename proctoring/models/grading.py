"""Grades: evaluations by machine, ratings by people, results, certificates."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from hitouch.core.cefr import CEFR
from hitouch.core.db.base_models import BaseModel
from hitouch.core.jobs.leases import LeasedQuerySet
from hitouch.core.models import StoredFile
from proctoring.models.item_bank import Skill
from proctoring.models.scales import Scale
from proctoring.models.sittings import Sitting, SittingQuestion


class Evaluation(BaseModel):
    """What a machine found in a spoken or written answer, with evidence. Earlier rows stay.

    `points` run from 0 to 1, `ability` and its error are in logits. Both are empty when the
    machine could not judge; `failure` says why, and a person grades.
    """

    method = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    measures = models.JSONField(default=dict)
    evidence = models.JSONField(default=list)
    points = models.FloatField(null=True)
    ability = models.FloatField(null=True)
    ability_error = models.FloatField(null=True)
    confidence = models.FloatField(default=0)
    failure = models.CharField(max_length=40, blank=True)
    current = models.BooleanField(default=True)
    evaluated_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.method} {self.version}"


class WritingEvaluation(Evaluation):
    """The evaluation of a written answer."""

    question = models.ForeignKey(
        SittingQuestion, related_name="writing_evaluations", on_delete=models.CASCADE
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="writing_evaluation_current", fields=["question"], condition=Q(current=True)
            )
        ]


class SpeakingEvaluation(Evaluation):
    """The evaluation of a spoken answer, with its transcript."""

    question = models.ForeignKey(
        SittingQuestion, related_name="speaking_evaluations", on_delete=models.CASCADE
    )
    transcript = models.TextField(blank=True)
    words = models.JSONField(default=list, help_text="Each word with start, end and probability.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="speaking_evaluation_current", fields=["question"], condition=Q(current=True)
            )
        ]


class EvaluationJobQuerySet(LeasedQuerySet["EvaluationJob"]):
    """The queue of answers that a machine evaluates."""

    def unfinished(self) -> "EvaluationJobQuerySet":
        """A worker still has to evaluate them."""
        return self.filter(finished_at__isnull=True)


class EvaluationJob(BaseModel):
    """That one spoken or written answer has to be evaluated, by one worker at a time.

    `digest` tells which answer is meant: an answer that changed is evaluated again.
    """

    #: After so many tries that did not end (the worker was killed) a person grades.
    MOST_TRIES = 3

    question = models.OneToOneField(
        SittingQuestion, related_name="evaluation_job", on_delete=models.CASCADE
    )
    digest = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(help_text="When it is due, or until when it is leased.")
    finished_at = models.DateTimeField(null=True)

    objects = EvaluationJobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                name="evaluation_job_due",
                fields=["next_try_at", "id"],
                condition=Q(finished_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"Evaluation of {self.question_id}"


class GradingCaseQuerySet(models.QuerySet["GradingCase"]):
    """Filters by who has to act."""

    def to_mark(self) -> "GradingCaseQuerySet":
        """Open cases with an answer to mark. Answers after the result are for proctors."""
        rows = self.filter(state=GradingCase.State.OPEN)
        return rows.exclude(reason=GradingCase.Reason.LATE_ANSWERS)


class GradingCase(BaseModel):
    """What a person has to grade before the result is released, or a sample for quality."""

    class Reason(models.TextChoices):
        """Why a person grades."""

        BORDER = "BORDER", "Near a level that matters"
        SKILLS_DISAGREE = "SKILLS_DISAGREE", "Skills far apart"
        LOW_CONFIDENCE = "LOW_CONFIDENCE", "The machine is unsure"
        NO_RECOGNISER = "NO_RECOGNISER", "No speech recognition"
        FAILED = "FAILED", "The machine failed"
        LATE_ANSWERS = "LATE_ANSWERS", "Answers admitted after the result"
        SAMPLE = "SAMPLE", "Sample"

    class State(models.TextChoices):
        """States of a case."""

        OPEN = "OPEN", "Open"
        DONE = "DONE", "Done"

    question = models.ForeignKey(
        SittingQuestion, related_name="grading_cases", on_delete=models.CASCADE
    )
    reason = models.CharField(max_length=16, choices=Reason.choices)
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    blocking = models.BooleanField(
        default=True, help_text="Whether the result waits for this case."
    )
    needed = models.PositiveSmallIntegerField(default=1, help_text="Number of ratings.")
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    objects = GradingCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="grading_case_one_open", fields=["question"], condition=Q(state="OPEN")
            )
        ]
        indexes = [models.Index(name="grading_case_oldest", fields=["state", "opened_at", "id"])]

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.question_id}"


class AnswerRating(BaseModel):
    """One grader's marks for one answer, given without seeing those of others."""

    question = models.ForeignKey(SittingQuestion, related_name="ratings", on_delete=models.CASCADE)
    grader = models.ForeignKey(settings.AUTH_USER_MODEL, related_name="+", on_delete=models.PROTECT)
    ordinal = models.PositiveSmallIntegerField()
    criteria = models.JSONField(default=dict, help_text="Marks from 0 to 5 by criterion.")
    level = models.CharField(max_length=2, choices=CEFR.choices, blank=True)
    ability = models.FloatField(null=True)
    comment = models.CharField(max_length=1000, blank=True)
    started_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True, help_text="When it was left to another grader.")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="rating_once", fields=["question", "grader"]),
            models.UniqueConstraint(name="rating_ordinal", fields=["question", "ordinal"]),
        ]
        triggers = [
            pgtrigger.Protect(
                name="frozen_once_given",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__given_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"Rating {self.ordinal} of {self.question_id}"


class SittingResult(BaseModel):
    """The result of a sitting on the scale that was in force. Abilities are in logits."""

    sitting = models.OneToOneField(Sitting, related_name="result", on_delete=models.CASCADE)
    scale = models.ForeignKey(Scale, related_name="results", on_delete=models.PROTECT)
    ability = models.FloatField()
    error = models.FloatField()
    score = models.DecimalField(max_digits=5, decimal_places=2)
    level = models.CharField(max_length=2, choices=CEFR.choices)
    level_low = models.CharField(max_length=2, choices=CEFR.choices)
    level_high = models.CharField(max_length=2, choices=CEFR.choices)
    computed_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(name="sitting_result_newest", fields=["-computed_at", "-id"])]
        triggers = [
            pgtrigger.Protect(
                name="frozen_once_released",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__released_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.score} ({self.level})"


class SkillResult(BaseModel):
    """The result in one skill."""

    result = models.ForeignKey(SittingResult, related_name="skills", on_delete=models.CASCADE)
    skill = models.CharField(max_length=10, choices=Skill.choices)
    ability = models.FloatField()
    error = models.FloatField()
    score = models.DecimalField(max_digits=5, decimal_places=2)
    level = models.CharField(max_length=2, choices=CEFR.choices)
    items = models.PositiveSmallIntegerField()
    unanswered = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="skill_result", fields=["result", "skill"])]

    def __str__(self) -> str:
        return f"{self.get_skill_display()}: {self.score} ({self.level})"


class LevelCertificate(BaseModel):
    """A certificate of a result. Anyone with its code can see whether it stands."""

    sitting = models.OneToOneField(Sitting, related_name="certificate", on_delete=models.CASCADE)
    code = models.CharField(max_length=20, unique=True)
    holder_name = models.CharField(max_length=200, default="")
    issued_at = models.DateTimeField()
    file = models.ForeignKey(StoredFile, null=True, related_name="+", on_delete=models.PROTECT)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(name="level_certificate_newest", fields=["-issued_at", "-id"])]

    def __str__(self) -> str:
        return self.code
