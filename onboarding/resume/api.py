"""API of résumés: read one, accept details from it, discard the rest."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import AgentAPIView
from accounts.models import Agent
from hitouch.core.api.forms import as_form_data, reject_wrong_types, validated_form
from hitouch.core.api.parsers import StrictJSONParser
from onboarding.models import ResumeProposal
from onboarding.profile.queries import unsaved_sections
from onboarding.resume import forms, queries, services
from onboarding.resume.serializers import GuessesOut, ResumeIn, ResumeTakenOut
from onboarding.steps.permissions import OnStep


def _get_proposal(agent: Agent) -> ResumeProposal:
    proposal = queries.resume_proposal_of(agent)
    if proposal is None:
        raise Http404
    return proposal


class ResumeView(AgentAPIView):
    """Details read from the agent's résumé."""

    permission_classes = [OnStep.of("profile")]
    parser_classes = [MultiPartParser]
    operation_ids = {"post": "resume_read", "delete": "resume_drop"}

    @extend_schema(responses=GuessesOut)
    def get(self, request: Request) -> Response:
        """The details to be confirmed."""
        return Response(_get_proposal(self.agent).guesses)

    @extend_schema(request={"multipart/form-data": ResumeIn}, responses={201: GuessesOut})
    def post(self, request: Request) -> Response:
        """Read a résumé. The file is not stored."""
        form = validated_form(forms.ResumeForm, request)
        proposal = services.read_resume(
            agent=self.agent,
            upload=form.cleaned_data["file"],
            agreed_to_model=form.cleaned_data.get("agreed_to_model", False),
            by=self.user,
            at=timezone.now(),
        )
        return Response(proposal.guesses, status=201)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Discard the details."""
        by = self.user
        services.discard_proposal(agent=self.agent, by=by, at=timezone.now())
        return Response(status=204)


class ResumeConfirmView(AgentAPIView):
    """Accepting details from a résumé."""

    permission_classes = [OnStep.of("profile")]
    parser_classes = [StrictJSONParser]

    @extend_schema(request=GuessesOut, responses=ResumeTakenOut)
    def post(self, request: Request) -> Response:
        """Save the accepted details to profile drafts. The rest is discarded."""
        agent = self.agent
        if not isinstance(request.data, dict):
            raise ValidationError("Send a JSON object.")
        selection = forms.ResumeSelection.from_json(
            _get_proposal(agent), as_form_data(request.data)
        )
        reject_wrong_types(selection.parts())
        if not selection.is_valid():
            raise ValidationError(selection.errors())
        sections = services.apply_proposal(
            agent=agent,
            sections=selection.sections(agent, unsaved_sections(agent)),
            by=self.user,
            at=timezone.now(),
        )
        return Response({"sections": sections})
