"""API views for members of a client: opportunities."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from gigs.clients.api import ManagersWriteMixin
from gigs.clients.api_views import MemberAPIView
from gigs.clients.permissions import IsBudgetHolder, IsManager
from gigs.clients.serializers import ProjectOut
from gigs.models import Milestone, Opportunity
from gigs.opportunities import copies, milestones, ranking, terms
from gigs.opportunities import queries as opportunity_queries
from gigs.opportunities import serializers as opportunity_serializers
from gigs.opportunities import services as opportunity_services
from gigs.opportunities.copy_forms import CopyOpportunityApiForm, CopyProjectForm
from gigs.opportunities.forms import OpportunityApiForm, OpportunityPatchForm
from gigs.opportunities.milestone_forms import MilestonesApiForm
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage


class ClientOpportunityListView(ManagersWriteMixin, MemberAPIView, generics.ListAPIView[Any]):
    """Opportunities of your company."""

    scope = "opportunities"
    serializer_class = opportunity_serializers.ClientOpportunityOut
    pagination_class = CursorPage

    def get_queryset(self) -> Any:
        """Rows of the member's client."""
        return opportunity_queries.opportunities_of(self.member.client)

    def get(self, request: Request) -> Response:
        """List them, newest first."""
        return self.list(request)

    @extend_schema(
        request=opportunity_serializers.OpportunityBody,
        responses={201: opportunity_serializers.ClientOpportunityOut},
    )
    def post(self, request: Request) -> Response:
        """Create a draft opportunity. No budget is committed until it is published."""
        form = validated_form(OpportunityApiForm, request)
        projects = self.member.client.projects
        project = get_object_or_404(projects, pk=form.cleaned_data["project"])
        made = opportunity_services.create_opportunity(
            project=project, now=timezone.now(), **form.facts()
        )
        return Response(opportunity_serializers.ClientOpportunityOut(made).data, status=201)


class ClientOpportunityView(ManagersWriteMixin, MemberAPIView):
    """One opportunity of your company."""

    scope = "opportunities"
    operation_ids = {
        "get": "client_opportunities_retrieve",
        "patch": "client_opportunities_update",
    }

    def _found(self, opportunity_id: UUID) -> Opportunity:
        mine = opportunity_queries.opportunities_of(self.member.client)
        return get_object_or_404(mine, pk=opportunity_id)

    @extend_schema(responses=opportunity_serializers.ClientOpportunityOut)
    def get(self, request: Request, opportunity_id: UUID) -> Response:
        """Get an opportunity."""
        found = self._found(opportunity_id)
        return Response(opportunity_serializers.ClientOpportunityOut(found).data)

    @extend_schema(
        request=opportunity_serializers.OpportunityPatchBody,
        responses=opportunity_serializers.ClientOpportunityOut,
    )
    def patch(self, request: Request, opportunity_id: UUID) -> Response:
        """Change an opportunity. Once published, this makes a new version of its terms.

        Applicants who wait are told, and agree anew before you can accept them. Pay and number of
        agents cannot change after publication.
        """
        found = self._found(opportunity_id)
        form = validated_form(OpportunityPatchForm, request)
        made = terms.edit_opportunity(
            opportunity=found, changes=form.facts(), by=self.user, at=timezone.now()
        )
        return Response(opportunity_serializers.ClientOpportunityOut(made).data)


class ClientTermsView(MemberAPIView):
    """Versions of an opportunity's terms."""

    scope = "opportunities"
    operation_ids = {"get": "client_opportunities_terms"}

    @extend_schema(responses=opportunity_serializers.TermsVersionOut(many=True))
    def get(self, request: Request, opportunity_id: UUID) -> Response:
        """List the versions of an opportunity's terms, newest first, each with its changes."""
        mine = opportunity_queries.opportunities_of(self.member.client)
        found = get_object_or_404(mine, pk=opportunity_id)
        versions = opportunity_queries.versions_of(found)
        return Response(opportunity_serializers.TermsVersionOut.data_of(versions))


class CopyOpportunityView(MemberAPIView):
    """Copy an opportunity."""

    permission_classes = [IsManager]
    scope = "opportunities"

    @extend_schema(
        request=opportunity_serializers.CopyOpportunityBody,
        responses={201: opportunity_serializers.ClientOpportunityOut},
    )
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Copy an opportunity as a draft, without shifts and milestones."""
        client = self.member.client
        found = get_object_or_404(opportunity_queries.opportunities_of(client), pk=opportunity_id)
        facts = validated_form(CopyOpportunityApiForm, request).cleaned_data
        project = facts.pop("project")
        target = get_object_or_404(client.projects, pk=project) if project else None
        made = copies.copy_opportunity(
            opportunity=found, project=target, now=timezone.now(), **facts
        )
        return Response(opportunity_serializers.ClientOpportunityOut(made).data, status=201)


class CopyProjectView(MemberAPIView):
    """Copy a project."""

    permission_classes = [IsManager]
    scope = "projects"

    @extend_schema(request=opportunity_serializers.CopyProjectBody, responses={201: ProjectOut})
    def post(self, request: Request, project_id: UUID) -> Response:
        """Copy a project with drafts of its opportunities, except the cancelled ones."""
        found = get_object_or_404(self.member.client.projects, pk=project_id)
        facts = validated_form(CopyProjectForm, request).cleaned_data
        made = copies.copy_project(project=found, now=timezone.now(), **facts)
        return Response(ProjectOut(made).data, status=201)


class RankedAgentsView(MemberAPIView):
    """The best agents for an opportunity."""

    scope = "opportunities"
    operation_ids = {"get": "client_opportunities_agents"}

    @extend_schema(responses=opportunity_serializers.RankedAgentOut(many=True))
    def get(self, request: Request, opportunity_id: UUID) -> Response:
        """List the 50 best agents for an opportunity, each with the parts of the score."""
        mine = opportunity_queries.opportunities_of(self.member.client)
        found = get_object_or_404(mine, pk=opportunity_id)
        rows = ranking.best_agents(found, now=timezone.now())
        return Response(opportunity_serializers.RankedAgentOut(rows, many=True).data)


class PublishOpportunityView(MemberAPIView):
    """Publish an opportunity."""

    permission_classes = [IsBudgetHolder]
    scope = "opportunities"

    @extend_schema(request=None, responses=opportunity_serializers.ClientOpportunityOut)
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Publish an opportunity. Its full cost is committed from the project's budget."""
        member = self.member
        found = get_object_or_404(
            opportunity_queries.opportunities_of(member.client), pk=opportunity_id
        )
        made = opportunity_services.publish(opportunity=found, by=member.user, at=timezone.now())
        return Response(opportunity_serializers.ClientOpportunityOut(made).data)


class CloseOpportunityView(MemberAPIView):
    """Close an opportunity to applications."""

    permission_classes = [IsManager]
    scope = "opportunities"

    @extend_schema(request=None, responses=opportunity_serializers.ClientOpportunityOut)
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Close an opportunity. Money for unfilled openings returns to the project's budget."""
        member = self.member
        found = get_object_or_404(
            opportunity_queries.opportunities_of(member.client), pk=opportunity_id
        )
        made = opportunity_services.close(opportunity=found, by=member.user, at=timezone.now())
        return Response(opportunity_serializers.ClientOpportunityOut(made).data)


class HoldOpportunityView(MemberAPIView):
    """Put an opportunity on hold."""

    permission_classes = [IsManager]
    scope = "opportunities"

    @extend_schema(request=None, responses=opportunity_serializers.ClientOpportunityOut)
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Put an opportunity on hold. Applications that wait go on waiting."""
        mine = opportunity_queries.opportunities_of(self.member.client)
        found = get_object_or_404(mine, pk=opportunity_id)
        made = opportunity_services.hold(opportunity=found, by=self.user, at=timezone.now())
        return Response(opportunity_serializers.ClientOpportunityOut(made).data)


class ResumeOpportunityView(MemberAPIView):
    """Resume an opportunity."""

    permission_classes = [IsManager]
    scope = "opportunities"

    @extend_schema(request=None, responses=opportunity_serializers.ClientOpportunityOut)
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Open an opportunity that was on hold."""
        mine = opportunity_queries.opportunities_of(self.member.client)
        found = get_object_or_404(mine, pk=opportunity_id)
        made = opportunity_services.resume(opportunity=found, by=self.user, at=timezone.now())
        return Response(opportunity_serializers.ClientOpportunityOut(made).data)


class OpportunityMilestonesView(ManagersWriteMixin, MemberAPIView):
    """Milestones of an opportunity of your company."""

    scope = "opportunities"
    operation_ids = {"get": "client_milestones_list", "put": "client_milestones_set"}

    def _opportunity(self, opportunity_id: UUID) -> Opportunity:
        mine = opportunity_queries.opportunities_of(self.member.client)
        return get_object_or_404(mine, pk=opportunity_id)

    @extend_schema(responses=opportunity_serializers.MilestoneOut(many=True))
    def get(self, request: Request, opportunity_id: UUID) -> Response:
        """List them in order."""
        rows = self._opportunity(opportunity_id).milestones.all()
        return Response(opportunity_serializers.MilestoneOut(rows, many=True).data)

    @extend_schema(
        request=opportunity_serializers.MilestonesBody,
        responses=opportunity_serializers.MilestoneOut(many=True),
    )
    def put(self, request: Request, opportunity_id: UUID) -> Response:
        """Replace the milestones of a draft. They must add up to its fixed price."""
        found = self._opportunity(opportunity_id)
        form = validated_form(MilestonesApiForm, request)
        rows: list[Milestone] = milestones.set_milestones(
            opportunity=found, now=timezone.now(), **form.cleaned_data
        )
        return Response(opportunity_serializers.MilestoneOut(rows, many=True).data)
