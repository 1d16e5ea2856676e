"""The bodies programs send, for the documentation; the forms of the pages judge them."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

from gigs import forms
from gigs.models import Category, PayKind
from hitouch.core.cefr import CEFR
from hitouch.core.form_serializers import form_serializer

ApplicationBody = form_serializer(forms.ApplicationForm, "ApplicationBody")


class WorkBody(serializers.Serializer[Any]):
    """Work to submit. Send multipart/form-data to include files."""

    summary = serializers.CharField(max_length=4000)
    links = serializers.ListField(child=serializers.URLField(), required=False)
    files = serializers.ListField(child=serializers.FileField(), required=False)


ReasonBody = form_serializer(forms.RejectApplicationForm, "ReasonBody")


CommentBody = form_serializer(forms.CommentForm, "CommentBody")


class ProjectBody(serializers.Serializer[Any]):
    """A project."""

    title = serializers.CharField(max_length=120)
    description = serializers.CharField(required=False)
    department = serializers.CharField(required=False, max_length=80)
    due_on = serializers.DateField(required=False)
    budget_paise = serializers.IntegerField(min_value=1)


class OpportunityBody(serializers.Serializer[Any]):
    """An opportunity, saved as a draft until it is published."""

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
    hours_each = serializers.IntegerField(required=False, help_text="Required for hourly pay.")
    apply_by = serializers.DateTimeField()


SlotBody = form_serializer(forms.SlotForm, "SlotBody")


def _word(name: str, what: str, choices: list[str] | None = None) -> OpenApiParameter:
    return OpenApiParameter(name, str, description=what, enum=choices)


SEARCH = [
    _word("q", "Search title, description, client and skills."),
    _word("category", "Filter by category.", list(Category.values)),
    _word("pay", "Filter by type of pay.", list(PayKind.values)),
    _word("level", "Only opportunities open at this English level.", list(CEFR.values)),
]
STATE = [_word("state", "Filter by state.")]
