"""The bodies programs send, for the documentation; the forms of the pages judge them."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from gigs.models import Category, PayKind
from hitouch.core.cefr import CEFR


class ApplicationBody(serializers.Serializer[Any]):
    """An agent applies."""

    note = serializers.CharField(required=False, max_length=1000)


class WorkBody(serializers.Serializer[Any]):
    """Work to hand in; send it as multipart/form-data when files belong to it."""

    summary = serializers.CharField(max_length=4000)
    links = serializers.ListField(child=serializers.URLField(), required=False)
    files = serializers.ListField(child=serializers.FileField(), required=False)


class ReasonBody(serializers.Serializer[Any]):
    """Why not."""

    reason = serializers.CharField(max_length=500)


class CommentBody(serializers.Serializer[Any]):
    """Words about a work."""

    comment = serializers.CharField(required=False, max_length=2000)


class ProjectBody(serializers.Serializer[Any]):
    """A project."""

    title = serializers.CharField(max_length=120)
    description = serializers.CharField(required=False)
    department = serializers.CharField(required=False, max_length=80)
    due_on = serializers.DateField(required=False)
    budget_paise = serializers.IntegerField(min_value=1)


class OpportunityBody(serializers.Serializer[Any]):
    """An opportunity, kept as a draft until it is published."""

    project = serializers.UUIDField()
    title = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=5000)
    category = serializers.ChoiceField(Category.choices)
    minimum_level = serializers.ChoiceField(CEFR.choices)
    skills = serializers.ListField(child=serializers.CharField(), required=False)
    languages = serializers.ListField(child=serializers.CharField(), required=False)
    qualifications = serializers.CharField(required=False, max_length=200)
    experience_years = serializers.IntegerField(min_value=0, max_value=40)
    headcount = serializers.IntegerField(min_value=1, max_value=500)
    pay_kind = serializers.ChoiceField(PayKind.choices)
    rate_paise = serializers.IntegerField(min_value=1)
    hours_each = serializers.IntegerField(required=False, help_text="By the hour only.")
    apply_by = serializers.DateTimeField()


class SlotBody(serializers.Serializer[Any]):
    """Hours with seats."""

    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    capacity = serializers.IntegerField(min_value=1, max_value=500)


def _word(name: str, what: str, choices: list[str] | None = None) -> OpenApiParameter:
    return OpenApiParameter(name, str, description=what, enum=choices)


SEARCH = [
    _word("q", "Words to find in title, text, client and skills."),
    _word("category", "The kind of work.", list(Category.values)),
    _word("pay", "How it is paid.", list(PayKind.values)),
    _word("level", "Only what somebody at this level may do.", list(CEFR.values)),
]
STATE = [_word("state", "Only those in this state.")]
