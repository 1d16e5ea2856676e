"""Request and response bodies of résumés."""

from typing import Any

from rest_framework import serializers

from onboarding.vocabulary.serializers import FluencyBody


class ResumeIn(serializers.Serializer[Any]):
    """A PDF or DOCX of up to 5 MB."""

    file = serializers.FileField()
    agreed_to_model = serializers.BooleanField(
        required=False, help_text="Whether a third-party language model may also read it."
    )


class StudyGuess(serializers.Serializer[Any]):
    """One qualification read from a résumé. Fields not found are empty."""

    level = serializers.CharField(allow_blank=True)
    title = serializers.CharField(allow_blank=True)
    institution = serializers.CharField(allow_blank=True)
    year = serializers.IntegerField(allow_null=True)


class JobGuess(serializers.Serializer[Any]):
    """One job read from a résumé."""

    company = serializers.CharField(allow_blank=True)
    role = serializers.CharField(allow_blank=True)
    domain = serializers.CharField(allow_blank=True)
    started_on = serializers.DateField()
    ended_on = serializers.DateField(allow_null=True)


class UnplacedTextOut(serializers.Serializer[Any]):
    """Text of a résumé that was not understood."""

    section = serializers.CharField(
        help_text="The list that it is probably about: `qualifications` or `experiences`."
    )
    text = serializers.CharField()


class GuessesOut(serializers.Serializer[Any]):
    """Details read from a résumé. They change the profile only after confirming and saving."""

    skills = serializers.ListField(child=serializers.CharField())
    languages = serializers.ListField(child=serializers.CharField())
    fluency = FluencyBody(
        many=True, required=False, help_text="Added along with the languages you accept."
    )
    bio = serializers.CharField(allow_blank=True)
    qualifications = StudyGuess(many=True)
    experiences = JobGuess(many=True)
    unplaced = UnplacedTextOut(
        many=True,
        read_only=True,
        help_text="Show it to the agent, who can add what it means to the lists.",
    )


class ResumeTakenOut(serializers.Serializer[Any]):
    """The profile sections whose drafts were filled."""

    sections = serializers.ListField(child=serializers.CharField())
