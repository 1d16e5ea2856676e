"""Serializers of results and of the verification of certificates."""

from typing import Any

from rest_framework import serializers

from proctoring.models import Skill
from proctoring.results.queries import GRADING, RELEASED, REVIEW, WITHDRAWN

SKILLS = f"One of {', '.join(Skill.values)}."


def _score(**facts: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=5, decimal_places=2, **facts)


class GradingProgressOut(serializers.Serializer[Any]):
    """How far the grading is."""

    done = serializers.IntegerField(help_text="Spoken and written answers that were evaluated.")
    total = serializers.IntegerField()
    waits_for_people = serializers.BooleanField()
    answers_until = serializers.DateTimeField(allow_null=True)
    says = serializers.CharField()


class SkillReportOut(serializers.Serializer[Any]):
    """One skill; the range holds the true score 19 times in 20."""

    skill = serializers.CharField(help_text=SKILLS)
    score = _score()
    score_low = _score()
    score_high = _score()
    level = serializers.CharField(help_text="From A1 to C2.")
    level_low = serializers.CharField(help_text="From A1 to C2.")
    level_high = serializers.CharField(help_text="From A1 to C2.")
    asked = serializers.IntegerField()
    unanswered = serializers.IntegerField()


class AnswerRemarkOut(serializers.Serializer[Any]):
    """A place in an answer that earned or cost something. Offsets count code points."""

    start = serializers.IntegerField()
    end = serializers.IntegerField()
    effect = serializers.CharField()
    criterion = serializers.CharField()
    message = serializers.CharField()
    suggestion = serializers.CharField()


class AnswerReportOut(serializers.Serializer[Any]):
    """A written answer, or the transcript of a spoken one, with remarks."""

    position = serializers.IntegerField()
    skill = serializers.CharField(help_text=SKILLS)
    text = serializers.CharField()
    is_transcript = serializers.BooleanField()
    was_graded_by_people = serializers.BooleanField()
    remarks = AnswerRemarkOut(many=True)


class AdviceOut(serializers.Serializer[Any]):
    """One thing to practise."""

    skill = serializers.CharField(help_text=SKILLS)
    criterion = serializers.CharField()
    text = serializers.CharField()


class CertificateOut(serializers.Serializer[Any]):
    """The certificate of a result."""

    code = serializers.CharField()
    issued_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)


class ResultOut(serializers.Serializer[Any]):
    """The result of a sitting. Until it is released, state and progress only."""

    state = serializers.CharField(help_text=f"{GRADING}, {REVIEW}, {RELEASED} or {WITHDRAWN}.")
    progress = GradingProgressOut(allow_null=True)
    score = _score(allow_null=True)
    score_low = _score(allow_null=True)
    score_high = _score(allow_null=True)
    level = serializers.CharField()
    level_low = serializers.CharField()
    level_high = serializers.CharField()
    scale = serializers.IntegerField(allow_null=True)
    passed = serializers.BooleanField()
    pass_level = serializers.CharField()
    skills = SkillReportOut(many=True)
    answers = AnswerReportOut(many=True)
    practice = AdviceOut(many=True)
    certificate = CertificateOut(allow_null=True)
    reason = serializers.CharField()
    reviewed_until = serializers.DateTimeField(allow_null=True)


class CertificateVerificationOut(serializers.Serializer[Any]):
    """What anyone with the code sees."""

    valid = serializers.BooleanField()
    code = serializers.CharField()
    name = serializers.CharField()
    assessment = serializers.CharField()
    level = serializers.CharField()
    score = serializers.CharField()
    tested_at = serializers.DateTimeField(allow_null=True)
    issued_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    is_confirmed = serializers.BooleanField()
