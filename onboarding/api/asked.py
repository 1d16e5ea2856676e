"""What programs send, described for the schema; the page's forms check it."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from accounts.models import Agent
from hitouch.core.form_serializers import form_serializer
from onboarding import forms
from onboarding.api.fluency_shapes import FluencyBody
from onboarding.models import (
    Employment,
    Experience,
    KycAsk,
    KycCase,
    KycDocument,
    Qualification,
)
from onboarding.places import STATES


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


class DocumentIn(PhotoIn):
    """A photo of a document, with `number` for a PAN or `last_four` for an Aadhaar."""

    number = serializers.CharField(required=False)
    last_four = serializers.CharField(required=False)


SigningCodeIn = form_serializer(forms.SigningCodeForm, "SigningCodeIn")


ReadIn = form_serializer(forms.ReadForm, "ReadIn")


@extend_schema_serializer(component_name="SignIn")
class SignAgreementsIn(serializers.Serializer[Any]):
    """A signature for all agreements not signed yet."""

    typed_name = serializers.CharField(max_length=160)
    accept = serializers.ListField(
        child=serializers.UUIDField(), help_text="IDs of the agreements."
    )
    code = serializers.CharField()


class RejectIn(serializers.Serializer[Any]):
    """The reason for sending the documents back."""

    reason = serializers.ChoiceField(KycCase.WHOLE)
    note = serializers.CharField(max_length=1000, help_text="Message shown to the agent.")


class WantedIn(serializers.Serializer[Any]):
    """One document to be uploaded again."""

    kind = serializers.ChoiceField(KycDocument.Kind.choices)
    reason = serializers.ChoiceField(KycAsk.Reason.choices)
    note = serializers.CharField(
        max_length=500, required=False, allow_blank=True, help_text="Message shown to the agent."
    )


class AskIn(serializers.Serializer[Any]):
    """The documents to be uploaded again. The others stay as they are."""

    documents = WantedIn(many=True, allow_empty=False)


class MaskIn(serializers.Serializer[Any]):
    """Area to mask: left, top, width and height, each as a fraction (0 to 1) of the photo."""

    boxes = serializers.ListField(
        child=serializers.ListField(
            child=serializers.FloatField(min_value=0, max_value=1), min_length=4, max_length=4
        ),
        min_length=1,
        max_length=12,
    )


LookIn = form_serializer(forms.LookForm, "LookIn")
