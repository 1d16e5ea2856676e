"""API of onboarding steps, profile and documents, for agents."""

from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from hitouch.core.api import bound
from hitouch.core.shapes import as_typed, refuse_misshapen
from onboarding import forms, progress, queries, services, steps
from onboarding.api import asked, in_address, shapes
from onboarding.api.guard import OnStep
from onboarding.forms.person import flattened
from onboarding.models import KycDocument


class OnboardingView(AgentAPIView):
    """Onboarding status."""

    @extend_schema(responses=shapes.OnboardingOut)
    def get(self, request: Request) -> Response:
        """All steps and the current one."""
        agent = self.agent
        found = steps.steps_for(agent, timezone.now())
        clearance = queries.clearance_of(agent)
        standing = {
            "next_step": next((step.key for step in found if step.state == "open"), "home"),
            "steps": found,
            "profile": progress.progress_of(agent),
            "level": agent.level,
            "cleared_at": clearance.cleared_at if clearance else None,
        }
        return Response(shapes.OnboardingOut(standing).data)


class ProfileView(AgentAPIView):
    """The profile, except the photo."""

    permission_classes = [OnStep.of("profile")]

    @extend_schema(responses=shapes.ProfileOut)
    def get(self, request: Request) -> Response:
        """The saved profile."""
        return Response(shapes.ProfileOut(self.agent).data)

    @extend_schema(request=asked.ProfileIn, responses=shapes.ProfileOut)
    def put(self, request: Request) -> Response:
        """Save the whole profile, or nothing if there are errors."""
        agent, by, at = self.agent, self.user, timezone.now()
        person, work = _valid_forms(request.data)
        with transaction.atomic():
            services.save_work(agent=agent, by=by, at=at, **work.facts())
            saved = services.save_person(agent=agent, by=by, at=at, **person.facts())
        return Response(shapes.ProfileOut(saved).data)


def _valid_forms(data: Any) -> tuple[forms.PersonForm, forms.WorkInput]:
    if not isinstance(data, dict):
        raise ValidationError("Send a JSON object.")
    typed = as_typed(data)
    person, work = forms.PersonForm(flattened(typed)), forms.WorkInput.from_json(typed)
    refuse_misshapen([person, *work.parts()])
    if not all([person.is_valid(), work.is_valid()]):
        raise ValidationError({**person.errors.get_json_data(), **work.errors()})
    return person, work


class DocumentView(AgentAPIView):
    """One kind of document: `aadhaar-front`, `aadhaar-back` or `pan`."""

    permission_classes = [OnStep.of("kyc")]
    parser_classes = [MultiPartParser]
    operation_ids = {"put": "document_save"}

    @extend_schema(
        request={"multipart/form-data": asked.DocumentIn},
        responses=shapes.DocumentsOut,
        parameters=[in_address.KIND],
    )
    def put(self, request: Request, slug: str) -> Response:
        """Add or replace a photo. Mask the Aadhaar number: only its last 4 digits are saved."""
        kind = slug.upper().replace("-", "_")
        if kind not in KycDocument.Kind.values:
            raise Http404
        facts = dict(bound(forms.form_for_kind(kind), request).cleaned_data)
        agent = self.agent
        upload = facts.pop("file")
        by = self.user
        services.keep_document(
            agent=agent, kind=kind, upload=upload, by=by, at=timezone.now(), **facts
        )
        return Response(shapes.documents_of(agent))


class DocumentsView(AgentAPIView):
    """All documents."""

    permission_classes = [OnStep.of("kyc")]

    @extend_schema(responses=shapes.DocumentsOut)
    def get(self, request: Request) -> Response:
        """Status of all documents."""
        return Response(shapes.documents_of(self.agent))


class DocumentsSubmitView(AgentAPIView):
    """Submitting the documents."""

    permission_classes = [OnStep.of("kyc")]

    @extend_schema(request=None, responses=shapes.DocumentsOut)
    def post(self, request: Request) -> Response:
        """Submit the documents for review."""
        agent = self.agent
        services.submit_documents(agent=agent, by=self.user, at=timezone.now())
        return Response(shapes.documents_of(agent))
