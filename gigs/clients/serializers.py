"""Serializers of projects. Amounts are whole paise."""

from typing import Any

from rest_framework import serializers

from gigs.models import (
    Project,
)


class ProjectOut(serializers.ModelSerializer[Project]):
    """A project and its budget."""

    free_paise = serializers.IntegerField()

    class Meta:
        model = Project
        fields = [
            "id",
            "title",
            "description",
            "department",
            "due_on",
            "state",
            "budget_paise",
            "promised_paise",
            "free_paise",
            "created_at",
        ]


class ProjectBody(serializers.Serializer[Any]):
    """A project."""

    title = serializers.CharField(max_length=120)
    description = serializers.CharField(required=False)
    department = serializers.CharField(required=False, max_length=80)
    due_on = serializers.DateField(required=False)
    budget_paise = serializers.IntegerField(min_value=1)
