"""API of the profile: profile, photo, drafts of sections, PIN code lookup."""

from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from accounts.models import Agent
from hitouch.core.api.forms import (
    as_form_data,
    reject_wrong_types,
    validated_form,
    wrong_type,
)
from hitouch.core.errors import Refusal
from onboarding.models import ProfileDraft
from onboarding.profile import drafts, forms, photo, queries, sections, services
from onboarding.profile import serializers as profile_serializers
from onboarding.profile.forms import flatten_addresses
from onboarding.reference import postcodes
from onboarding.steps.permissions import OnStep

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The latest ETag you received.",
)
PICTURE = {"multipart/form-data": profile_serializers.PhotoIn}
SECTION = OpenApiParameter("section", str, OpenApiParameter.PATH, enum=list(sections.SECTIONS))
PIN = OpenApiParameter("pin", str, OpenApiParameter.PATH, pattern="^[1-9][0-9]{5}$")


class RevisionMissing(Refusal):
    """A revision is required, so that one device does not overwrite another's changes."""

    code = "revision_missing"
    status = 428
    message = "Send If-Match with the latest ETag you received."


class DraftIn(serializers.Serializer[Any]):
    """The changed fields, complete or not."""

    fields_ = serializers.DictField(
        child=serializers.CharField(allow_blank=True),
        help_text="Keyed by form field name, such as `bio` or `qualifications-0-title`.",
    )

    def get_fields(self) -> Any:
        """Name the field `fields`, which is a reserved attribute of serializers."""
        return {"fields": super().get_fields()["fields_"]}


class DraftOut(serializers.Serializer[Any]):
    """The draft of one section."""

    section = serializers.CharField()
    revision = serializers.IntegerField(help_text="Also the ETag.")
    typed_at = serializers.DateTimeField(
        allow_null=True, help_text="Null when there are no unsaved changes."
    )
    values = serializers.DictField(
        child=serializers.CharField(), help_text="All fields, with draft values over saved values."
    )


class DraftView(AgentAPIView):
    """The draft of a profile section: person, address, work, studies or jobs."""

    permission_classes = [OnStep.of("profile")]
    operation_ids = {"get": "profile_draft", "patch": "profile_draft_change"}

    @extend_schema(responses=DraftOut, parameters=[SECTION])
    def get(self, request: Request, section: str) -> Response:
        """The draft, with its revision as the ETag."""
        form_class = _form_class(section)
        agent = self.agent
        return _draft_response(agent, queries.draft_of(agent, section), form_class)

    @extend_schema(request=DraftIn, responses=DraftOut, parameters=[IF_MATCH, SECTION])
    def patch(self, request: Request, section: str) -> Response:
        """Save fields to the draft. 412 if there is a newer revision."""
        form_class = _form_class(section)
        agent = self.agent
        fields = _checked_fields(request.data, form_class)
        draft = drafts.save_draft(
            agent=agent,
            section=section,
            fields=fields,
            revision=_required_revision(request),
            at=timezone.now(),
        )
        return _draft_response(agent, draft, form_class)


def _form_class(section: str) -> type[sections.ProfileSectionForm]:
    form_class = sections.SECTIONS.get(section)
    if form_class is None:
        raise Http404
    return form_class


def _draft_response(
    agent: Agent, draft: ProfileDraft, form_class: type[sections.ProfileSectionForm]
) -> Response:
    data = {
        "section": draft.section,
        "revision": draft.revision,
        "typed_at": draft.typed_at,
        "values": form_class.of(agent, draft.fields).values(),
    }
    response = Response(DraftOut(data).data)
    response["ETag"] = f'"{draft.revision}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _required_revision(request: Request) -> int:
    revision = request.headers.get("If-Match", "").removeprefix("W/").strip('"')
    if not revision:
        raise RevisionMissing
    if not (revision.isascii() and revision.isdecimal()):
        raise drafts.StaleDraft
    return int(revision)


def _checked_fields(data: Any, form_class: type[sections.ProfileSectionForm]) -> dict[str, str]:
    fields = data.get("fields") if isinstance(data, dict) else None
    if not isinstance(fields, dict):
        raise ValidationError({"fields": [ErrorDetail("Send a JSON object.", code="wrong_shape")]})
    typed = as_form_data(fields)
    wrong = {
        name: [ErrorDetail("This section has no text field with that name.", code="unknown_field")]
        for name, text in typed.items()
        if not isinstance(text, str) or not form_class.has_field(name)
    }
    for name in typed.keys() - wrong.keys():
        field = form_class.field_named(name)
        if field and (fault := wrong_type(field, typed[name])):
            wrong[name] = [fault]
    if wrong:
        raise ValidationError({"fields": wrong})
    return dict(typed)


@extend_schema_serializer(component_name="LookOut")
class PhotoHintOut(serializers.Serializer[Any]):
    """Guidance for taking the photo, as readable text."""

    ready = serializers.BooleanField(help_text="Whether it would be accepted as the profile photo.")
    code = serializers.CharField(help_text="no_face, several_faces, too_dark …, or empty.")
    hint = serializers.CharField()


class PhotoView(AgentAPIView):
    """The profile photo."""

    permission_classes = [OnStep.of("profile")]
    parser_classes = [MultiPartParser]

    @extend_schema(request=PICTURE, responses=profile_serializers.ProfileOut)
    def put(self, request: Request) -> Response:
        """Add or replace the photo. It must show one face, close enough and well lit."""
        form = validated_form(forms.PhotoForm, request)
        saved = photo.save_photo(
            agent=self.agent,
            upload=form.cleaned_data["file"],
            by=self.user,
            at=timezone.now(),
        )
        return Response(profile_serializers.ProfileOut(saved).data)


class PhotoHintView(AgentAPIView):
    """Checking a camera frame."""

    permission_classes = [OnStep.of("profile")]
    parser_classes = [MultiPartParser]

    @extend_schema(request=PICTURE, responses=PhotoHintOut)
    def post(self, request: Request) -> Response:
        """Get guidance on a camera frame. The image is not stored."""
        upload = validated_form(forms.PhotoForm, request).cleaned_data["file"]
        photo_hint = photo.check_frame(agent=self.agent, upload=upload, at=timezone.now())
        return Response(PhotoHintOut(photo_hint).data)


class PlaceOut(serializers.Serializer[Any]):
    """PIN code lookup."""

    pin = serializers.CharField()
    city = serializers.CharField()
    district = serializers.CharField()
    state = serializers.CharField()


class PinView(AgentAPIView):
    """A PIN code."""

    permission_classes = [OnStep.of("profile")]
    operation_ids = {"get": "pin"}

    @extend_schema(responses=PlaceOut, parameters=[PIN])
    def get(self, request: Request, pin: str) -> Response:
        """District and state of a PIN code. 404 if it is not in India Post's list."""
        number = postcodes.normalise_pin(pin) or ""
        place = postcodes.place_of_pin(number)
        if place is None:
            raise Http404
        data = {"pin": number, "city": place.city}
        return Response(data | {"district": place.district, "state": place.state})


class ProfileView(AgentAPIView):
    """The profile, except the photo."""

    permission_classes = [OnStep.of("profile")]

    @extend_schema(responses=profile_serializers.ProfileOut)
    def get(self, request: Request) -> Response:
        """The saved profile."""
        return Response(profile_serializers.ProfileOut(self.agent).data)

    @extend_schema(request=profile_serializers.ProfileIn, responses=profile_serializers.ProfileOut)
    def put(self, request: Request) -> Response:
        """Save the whole profile, or nothing if there are errors."""
        agent, by, at = self.agent, self.user, timezone.now()
        person, work = _valid_forms(request.data)
        with transaction.atomic():
            services.save_work(agent=agent, by=by, at=at, **work.facts())
            saved = services.save_person(agent=agent, by=by, at=at, **person.facts())
        return Response(profile_serializers.ProfileOut(saved).data)


def _valid_forms(data: Any) -> tuple[forms.PersonForm, sections.WorkSections]:
    if not isinstance(data, dict):
        raise ValidationError("Send a JSON object.")
    typed = as_form_data(data)
    person, work = (
        forms.PersonForm(flatten_addresses(typed)),
        sections.WorkSections.from_json(typed),
    )
    reject_wrong_types([person, *work.parts()])
    if not all([person.is_valid(), work.is_valid()]):
        raise ValidationError({**person.errors.get_json_data(), **work.errors()})
    return person, work
