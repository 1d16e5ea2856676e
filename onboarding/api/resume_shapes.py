"""What programs send and are told of a résumé."""

from typing import Any

from rest_framework import serializers

from onboarding.api.fluency_shapes import FluencyBody


class ResumeIn(serializers.Serializer[Any]):
    """A PDF or DOCX of at most 5 MB."""

    file = serializers.FileField()
    agreed_to_model = serializers.BooleanField(
        required=False, help_text="Whether a language model of another company may read it too."
    )


class StudyGuess(serializers.Serializer[Any]):
    """One qualification as it was read; what was not found is empty."""

    level = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    institution = serializers.CharField(allow_blank=True)
    year = serializers.IntegerField(allow_null=True)


class JobGuess(serializers.Serializer[Any]):
    """One job as it was read."""

    company = serializers.CharField(allow_blank=True)
    role = serializers.CharField(allow_blank=True)
    domain = serializers.CharField(allow_blank=True)
    started_on = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True)


class GuessesOut(serializers.Serializer[Any]):
    """What was read. Nothing of it is in the profile until it is confirmed and saved there."""

    skills = serializers.ListField(child=serializers.CharField())
    languages = serializers.ListField(child=serializers.CharField())
    fluency = FluencyBody(
        many=True, required=False, help_text="It comes with the languages that are taken."
    )
    bio = serializers.CharField(allow_blank=True)
    qualifications = StudyGuess(many=True)
    experiences = JobGuess(many=True)


class ResumeTakenOut(serializers.Serializer[Any]):
    """The sections whose drafts now hold what was taken."""

    sections = serializers.ListField(child=serializers.CharField())
