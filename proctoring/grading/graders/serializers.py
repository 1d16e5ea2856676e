"""Serializers of the graders' desk. They name no agent and no marks of others."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from proctoring.grading.answers import answer_to
from proctoring.grading.ratings import criteria_of
from proctoring.models import AnswerRating


class AnswerToRateOut(serializers.Serializer[AnswerRating]):
    """An answer to rate, without its author."""

    id = serializers.UUIDField()
    kind = serializers.CharField(source="question.version.item.kind")
    passage = serializers.CharField(source="question.passage")
    text = serializers.CharField(source="question.version.text")
    min_words = serializers.IntegerField(source="question.version.min_words")
    max_words = serializers.IntegerField(source="question.version.max_words")
    expected = serializers.ListField(source="question.version.key.expected")
    criteria = serializers.SerializerMethodField()
    answer = serializers.SerializerMethodField()
    recorded = serializers.SerializerMethodField()

    def get_criteria(self, rating: AnswerRating) -> list[str]:
        return list(criteria_of(rating.question))

    def get_answer(self, rating: AnswerRating) -> str:
        return answer_to(rating.question).text

    def get_recorded(self, rating: AnswerRating) -> bool:
        return answer_to(rating.question).recording is not None


class MarksIn(serializers.Serializer[Any]):
    """Marks from 0 to 5 by criterion."""

    criteria = serializers.DictField(child=serializers.FloatField(min_value=0, max_value=5))
    comment = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class AgreementOut(serializers.Serializer[Any]):
    """Agreement over answers that both rated; `kappa` needs ten of them."""

    pairs = serializers.IntegerField()
    kappa = serializers.FloatField(allow_null=True)
    exact = serializers.FloatField()
    adjacent = serializers.FloatField()
    bias = serializers.FloatField()


class GraderFiguresOut(serializers.Serializer[Any]):
    """How one grader agrees with others. `drift` is the change of bias in the last month."""

    grader = serializers.SerializerMethodField()
    rated = serializers.IntegerField()
    with_people = AgreementOut()
    with_machine = AgreementOut()
    drift = serializers.FloatField(allow_null=True)

    @extend_schema_field(str)
    def get_grader(self, figures: Any) -> str:
        return str(figures.grader)
