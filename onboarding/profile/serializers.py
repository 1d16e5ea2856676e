"""Serializers of the profile. Input is documented here and validated by the forms."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import Agent
from onboarding.models import Employment, Experience, Qualification
from onboarding.profile import queries
from onboarding.reference.postcodes import STATES
from onboarding.vocabulary.serializers import FluencyBody, FluencyOfAgent


class AddressBody(serializers.Serializer[Any]):
    """An address in India."""

    line1 = serializers.CharField(max_length=120)
    line2 = serializers.CharField(max_length=120, required=False, allow_blank=True)
    city = serializers.CharField(max_length=120)
    state = serializers.CharField(max_length=60, help_text=", ".join(STATES))
    pin = serializers.RegexField(r"^[1-9][0-9]{5}$")

    def to_representation(self, instance: Any) -> Any:
        """Null if not provided, or if it was erased."""
        return super().to_representation(instance) if instance else None


class EmploymentBody(serializers.Serializer[Any]):
    """Current employment."""

    status = serializers.ChoiceField(Employment.Status.choices)
    employer = serializers.CharField(max_length=120, required=False, allow_blank=True)
    job_title = serializers.CharField(max_length=120, required=False, allow_blank=True)


class QualificationBody(serializers.Serializer[Any]):
    """One qualification."""

    level = serializers.ChoiceField(Qualification.Level.choices)
    title = serializers.CharField(max_length=120)
    institution = serializers.CharField(max_length=160, required=False, allow_blank=True)
    year = serializers.IntegerField(min_value=1950, max_value=2100)


class ExperienceBody(serializers.Serializer[Any]):
    """One job."""

    company = serializers.CharField(max_length=120)
    role = serializers.CharField(max_length=120)
    domain = serializers.ChoiceField(Experience.Domain.choices)
    started_on = serializers.DateField()
    ended_on = serializers.DateField(required=False, allow_null=True)


class ProfileIn(serializers.Serializer[Any]):
    """The whole profile, except the photo."""

    given_name = serializers.CharField(max_length=80)
    family_name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    birth_on = serializers.DateField()
    current_address = AddressBody()
    permanent_address = AddressBody(required=False)
    same_as_current = serializers.BooleanField(required=False)
    shift = serializers.ChoiceField(Agent.Shift.choices)
    hours_a_day = serializers.IntegerField(min_value=1, max_value=24)
    skills = serializers.ListField(child=serializers.CharField(max_length=60))
    languages = serializers.ListField(child=serializers.CharField(max_length=60))
    fluency = FluencyBody(
        many=True, required=False, help_text="Languages you leave out keep their saved levels."
    )
    bio = serializers.CharField(max_length=1000, required=False, allow_blank=True)
    employment = EmploymentBody()
    qualifications = QualificationBody(many=True)
    experiences = ExperienceBody(many=True, required=False)


class PhotoIn(serializers.Serializer[Any]):
    """A photo: JPEG, PNG or WebP, up to 5 MB."""

    file = serializers.FileField()


class ProfileSectionOut(serializers.Serializer[Any]):
    """One section of the profile."""

    key = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField()
    is_done = serializers.BooleanField()
    missing = serializers.ListField(child=serializers.CharField())
    has_draft = serializers.BooleanField(help_text="Whether there are unsaved changes.")


class ProgressOut(serializers.Serializer[Any]):
    """Progress of the profile."""

    percent = serializers.IntegerField()
    may_tell = serializers.ListField(child=serializers.CharField(), help_text="Optional.")
    sections = ProfileSectionOut(many=True)


class ProfileOut(serializers.Serializer[Agent]):
    """The saved profile."""

    given_name = serializers.CharField()
    family_name = serializers.CharField()
    birth_on = serializers.DateField(source="birth_date", allow_null=True)
    current_address = AddressBody(allow_null=True)
    permanent_address = AddressBody(allow_null=True)
    shift = serializers.CharField()
    hours_a_day = serializers.IntegerField(allow_null=True)
    skills = serializers.ListField(child=serializers.CharField())
    languages = serializers.ListField(child=serializers.CharField())
    fluency = FluencyOfAgent()
    bio = serializers.CharField()
    has_photo = serializers.SerializerMethodField()
    employment = serializers.SerializerMethodField()
    qualifications = QualificationBody(many=True)
    experiences = ExperienceBody(many=True)
    months_of_experience = serializers.SerializerMethodField()
    doubts = serializers.SerializerMethodField(
        help_text="Warnings, such as a PIN code from a different state."
    )

    def get_months_of_experience(self, agent: Agent) -> int:
        """Total experience in months, until today. Overlapping jobs count once."""
        return queries.months_worked(agent.experiences.all(), on=timezone.now())

    def get_doubts(self, agent: Agent) -> list[str]:
        """Warnings. They don't block saving."""
        return queries.address_mismatches(agent)

    def get_has_photo(self, agent: Agent) -> bool:
        """Whether there is a photo."""
        return agent.photo_id is not None

    @extend_schema_field(EmploymentBody(allow_null=True))
    def get_employment(self, agent: Agent) -> dict[str, Any] | None:
        """The current employment, if known."""
        job = Employment.objects.filter(agent=agent).first()
        return EmploymentBody(job).data if job else None
