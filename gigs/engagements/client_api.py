"""API views for members of a client: the life of gigs, and calling off an opportunity."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from gigs.clients import api_views
from gigs.clients.api_views import MemberAPIView, filter_by_state
from gigs.clients.permissions import IsBudgetHolder, IsManager, member_of
from gigs.clients.serializers import ProjectOut
from gigs.engagements import endings, projects
from gigs.engagements import queries as gig_queries
from gigs.engagements import serializers as gig_serializers
from gigs.engagements import services as gig_services
from gigs.engagements.forms import EndForm, GigFilter
from gigs.models import Gig, Project
from gigs.opportunities import queries as opportunity_queries
from gigs.opportunities.serializers import ClientOpportunityOut
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage


class ClientGigListView(MemberAPIView, generics.ListAPIView[Any]):
    """Gigs at your company."""

    scope = "work"
    serializer_class = gig_serializers.ClientGigOut
    pagination_class = CursorPage
    query_form = GigFilter

    @extend_schema(parameters=api_views.STATE)
    def get(self, request: Request) -> Response:
        """List gigs at your company, newest first."""
        return self.list(request)

    def get_queryset(self) -> Any:
        """Rows of the member's client."""
        return filter_by_state(gig_queries.gigs_for(self.member.client), self.query)


def _gig(request: Request, gig_id: UUID) -> Gig:
    return get_object_or_404(gig_queries.gigs_for(member_of(request).client), pk=gig_id)


def _answer(gig: Gig) -> Response:
    return Response(gig_serializers.ClientGigOut(gig).data)


class CompleteGigView(MemberAPIView):
    """Complete a gig."""

    permission_classes = [IsManager]
    scope = "work"

    @extend_schema(request=None, responses=gig_serializers.ClientGigOut)
    def post(self, request: Request, gig_id: UUID) -> Response:
        """Complete a gig all of whose work is decided."""
        gig, by = _gig(request, gig_id), self.user
        return _answer(gig_services.complete_gig(gig=gig, by=by, at=timezone.now()))


class ResumeGigView(MemberAPIView):
    """Resume a gig."""

    permission_classes = [IsManager]
    scope = "work"

    @extend_schema(request=None, responses=gig_serializers.ClientGigOut)
    def post(self, request: Request, gig_id: UUID) -> Response:
        """Let the agent of a gig on hold work again."""
        gig, by = _gig(request, gig_id), self.user
        return _answer(gig_services.resume_gig(gig=gig, by=by, at=timezone.now()))


class ChangeGigView(MemberAPIView):
    """Base view of a change with a reason; subclasses set the service `verb`."""

    permission_classes = [IsManager]
    scope = "work"
    verb: Callable[..., Gig]

    def post(self, request: Request, gig_id: UUID) -> Response:
        """Change the gig. The agent sees the reason."""
        gig, change = _gig(request, gig_id), type(self).verb
        why = validated_form(EndForm, request).cleaned_data["reason"]
        return _answer(change(gig=gig, why=why, by=self.user, at=timezone.now()))


def _documented(what: str) -> Callable[[type[ChangeGigView]], type[ChangeGigView]]:
    documented = extend_schema(
        request=gig_serializers.EndBody,
        responses=gig_serializers.ClientGigOut,
        description=what,
    )
    return extend_schema_view(post=documented)


@_documented(
    "Put a gig on hold. A running shift ends. Shifts that start within 24 hours are cancelled and "
    "paid to the agent; later ones are kept."
)
class HoldGigView(ChangeGigView):
    """Put a gig on hold."""

    verb = staticmethod(gig_services.hold_gig)


@_documented(
    "End a gig for good. Shifts that start within 24 hours are paid to the agent. Worked hours "
    "stay payable; the rest of its money is available."
)
class EndGigView(ChangeGigView):
    """End a gig."""

    verb = staticmethod(gig_services.end_gig)
    operation_ids = {"get": "client_gigs_end_cost"}

    @extend_schema(responses=gig_serializers.EndOfGigOut)
    def get(self, request: Request, gig_id: UUID) -> Response:
        """What ending the gig now would do and cost; holding it costs the same `late_paise`."""
        end = endings.end_of(_gig(request, gig_id), now=timezone.now())
        return Response(gig_serializers.EndOfGigOut(end).data)


@_documented("End a gig and open its place again. What it earns is committed once more.")
class ReplaceGigView(ChangeGigView):
    """Replace the agent of a gig."""

    permission_classes = [IsBudgetHolder]
    verb = staticmethod(gig_services.replace_gig)


class CancelOpportunityView(MemberAPIView):
    """Cancel an opportunity."""

    permission_classes = [IsManager]
    scope = "opportunities"

    @extend_schema(request=gig_serializers.EndBody, responses=ClientOpportunityOut)
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Cancel an opportunity with all its gigs. Agents and applicants are told the reason."""
        mine = opportunity_queries.opportunities_of(self.member.client)
        found = get_object_or_404(mine, pk=opportunity_id)
        why = validated_form(EndForm, request).cleaned_data["reason"]
        made = gig_services.cancel_opportunity(
            opportunity=found, why=why, by=self.user, at=timezone.now()
        )
        return Response(ClientOpportunityOut(made).data)


class ChangeProjectView(MemberAPIView):
    """Base view of a change of a project; subclasses set the service `change`."""

    permission_classes = [IsManager]
    scope = "projects"
    change: Callable[..., Project]

    def post(self, request: Request, project_id: UUID) -> Response:
        """Change the project."""
        found = get_object_or_404(self.member.client.projects, pk=project_id)
        changed = type(self).change(project=found, by=self.user, at=timezone.now())
        return Response(ProjectOut(changed).data)


def _documented_project(what: str) -> Callable[[type[ChangeProjectView]], type[ChangeProjectView]]:
    return extend_schema_view(
        post=extend_schema(request=None, responses=ProjectOut, description=what)
    )


@_documented_project("Put a project on hold with its open opportunities. Agents at work go on.")
class HoldProjectView(ChangeProjectView):
    """Put a project on hold."""

    change = staticmethod(projects.hold_project)


@_documented_project("Resume a project, with the opportunities that were put on hold with it.")
class ResumeProjectView(ChangeProjectView):
    """Resume a project."""

    change = staticmethod(projects.resume_project)


@_documented_project("Complete a project whose opportunities are closed and whose gigs have ended.")
class CompleteProjectView(ChangeProjectView):
    """Complete a project."""

    change = staticmethod(projects.complete_project)


class CancelProjectView(MemberAPIView):
    """Cancel a project."""

    permission_classes = [IsManager]
    scope = "projects"

    @extend_schema(request=gig_serializers.EndBody, responses=ProjectOut)
    def post(self, request: Request, project_id: UUID) -> Response:
        """Cancel a project with its opportunities and gigs. Those concerned are told the reason."""
        found = get_object_or_404(self.member.client.projects, pk=project_id)
        why = validated_form(EndForm, request).cleaned_data["reason"]
        changed = projects.cancel_project(project=found, why=why, by=self.user, at=timezone.now())
        return Response(ProjectOut(changed).data)
