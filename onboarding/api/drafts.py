"""API of profile drafts."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from accounts.models import Agent
from hitouch.core.errors import Refusal
from hitouch.core.shapes import as_typed
from onboarding import forms, queries, services
from onboarding.api import in_address
from onboarding.api.guard import OnStep
from onboarding.models import ProfileDraft

IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The latest ETag you received.",
)


class RevisionMissing(Refusal):
    """Without a revision one device would write over another unseen."""

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
        """`fields` is a word that serializers keep for themselves."""
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

    @extend_schema(responses=DraftOut, parameters=[in_address.SECTION])
    def get(self, request: Request, section: str) -> Response:
        """The draft, with its revision as the ETag."""
        page_class = _page_class(section)
        agent = self.agent
        return _told(agent, queries.draft_of(agent, section), page_class)

    @extend_schema(request=DraftIn, responses=DraftOut, parameters=[IF_MATCH, in_address.SECTION])
    def patch(self, request: Request, section: str) -> Response:
        """Save fields to the draft. 412 if there is a newer revision."""
        page_class = _page_class(section)
        agent = self.agent
        fields = _checked_fields(request.data, page_class)
        draft = services.keep_draft(
            agent=agent,
            section=section,
            fields=fields,
            revision=_revision(request),
            at=timezone.now(),
        )
        return _told(agent, draft, page_class)


def _page_class(section: str) -> type[forms.SectionInput]:
    page_class = forms.SECTIONS.get(section)
    if page_class is None:
        raise Http404
    return page_class


def _told(agent: Agent, draft: ProfileDraft, page_class: type[forms.SectionInput]) -> Response:
    told = {
        "section": draft.section,
        "revision": draft.revision,
        "typed_at": draft.typed_at,
        "values": page_class.of(agent, draft.fields).values(),
    }
    answer = Response(DraftOut(told).data)
    answer["ETag"] = f'"{draft.revision}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _revision(request: Request) -> int:
    seen = request.headers.get("If-Match", "").removeprefix("W/").strip('"')
    if not seen:
        raise RevisionMissing
    if not (seen.isascii() and seen.isdecimal()):
        raise services.StaleDraft
    return int(seen)


def _checked_fields(data: Any, page_class: type[forms.SectionInput]) -> dict[str, str]:
    fields = data.get("fields") if isinstance(data, dict) else None
    if not isinstance(fields, dict):
        raise ValidationError({"fields": [ErrorDetail("Send a JSON object.", code="wrong_shape")]})
    typed = as_typed(fields)
    wrong = {
        name: [ErrorDetail("This section has no text field with that name.", code="unknown_field")]
        for name, text in typed.items()
        if not isinstance(text, str) or not page_class.takes(name)
    }
    if wrong:
        raise ValidationError({"fields": wrong})
    return dict(typed)
