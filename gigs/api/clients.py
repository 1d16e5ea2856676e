"""The endpoints of a client's members: plan, publish, decide."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gigs import queries, services
from gigs.api import asked, shapes, work_shapes
from gigs.audience import MANAGERS, IsMember, IsPromiser, member_of
from gigs.forms import (
    ApplicationFilter,
    CommentForm,
    OpportunityIn,
    ProjectIn,
    ReasonForm,
    SlotForm,
    WorkFilter,
)
from gigs.models import Application, Work
from hitouch.core.api import Page, bound

TAGS = ["Clients"]
IsManager = IsMember.of(*MANAGERS)


class ManagersChange:
    """Every member may read; owners and managers may change."""

    def get_permissions(self: Any) -> list[Any]:
        """By method."""
        return [IsMember() if self.request.method == "GET" else IsManager()]


class Projects(ManagersChange, generics.ListAPIView[Any]):
    """The projects of your client."""

    permission_classes = [IsMember]
    scope = "projects"
    serializer_class = shapes.ProjectOut
    pagination_class = Page

    def get_queryset(self) -> Any:
        """Of one's own client."""
        return queries.projects_of(member_of(self.request).client)

    @extend_schema(operation_id="client_projects_list", tags=TAGS)
    def get(self, request: Request) -> Response:
        """Newest first."""
        return self.list(request)

    @extend_schema(
        request=asked.ProjectBody,
        responses={201: shapes.ProjectOut},
        operation_id="client_projects_create",
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        """Plan a project."""
        form = bound(ProjectIn, request)
        client = member_of(request).client
        project = services.create_project(client=client, **form.cleaned_data)
        return Response(shapes.ProjectOut(project).data, status=201)


class ClientOpportunities(ManagersChange, generics.ListAPIView[Any]):
    """The opportunities of your client."""

    permission_classes = [IsMember]
    scope = "opportunities"
    serializer_class = shapes.ClientOpportunityOut
    pagination_class = Page

    def get_queryset(self) -> Any:
        """Of one's own client."""
        return queries.opportunities_of(member_of(self.request).client)

    @extend_schema(operation_id="client_opportunities_list", tags=TAGS)
    def get(self, request: Request) -> Response:
        """Newest first."""
        return self.list(request)

    @extend_schema(
        request=asked.OpportunityBody,
        responses={201: shapes.ClientOpportunityOut},
        operation_id="client_opportunities_create",
        tags=TAGS,
    )
    def post(self, request: Request) -> Response:
        """Draft an opportunity. Nothing is promised until it is published."""
        form = bound(OpportunityIn, request)
        projects = member_of(request).client.projects
        project = get_object_or_404(projects, pk=form.cleaned_data["project"])
        made = services.create_opportunity(project=project, now=timezone.now(), **form.facts())
        return Response(shapes.ClientOpportunityOut(made).data, status=201)


class AddSlot(APIView):
    """Opening hours."""

    permission_classes = [IsManager]
    scope = "opportunities"

    @extend_schema(
        request=asked.SlotBody,
        responses={201: shapes.SlotOut},
        operation_id="client_slots_create",
        tags=TAGS,
    )
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """From start to end, the end not included."""
        mine = queries.opportunities_of(member_of(request).client)
        found = get_object_or_404(mine, pk=opportunity_id)
        form = bound(SlotForm, request)
        slot = services.add_slot(opportunity=found, now=timezone.now(), **form.cleaned_data)
        return Response(shapes.SlotOut(slot).data, status=201)


class Publish(APIView):
    """Opening to agents."""

    permission_classes = [IsPromiser]
    scope = "opportunities"

    @extend_schema(
        request=None,
        responses=shapes.ClientOpportunityOut,
        operation_id="client_opportunities_publish",
        tags=TAGS,
    )
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """Its whole cost is set aside in the project's budget."""
        member = member_of(request)
        found = get_object_or_404(queries.opportunities_of(member.client), pk=opportunity_id)
        made = services.publish(opportunity=found, by=member.user, at=timezone.now())
        return Response(shapes.ClientOpportunityOut(made).data)


class Close(APIView):
    """Taking no more agents."""

    permission_classes = [IsManager]
    scope = "opportunities"

    @extend_schema(
        request=None,
        responses=shapes.ClientOpportunityOut,
        operation_id="client_opportunities_close",
        tags=TAGS,
    )
    def post(self, request: Request, opportunity_id: UUID) -> Response:
        """The money for seats nobody took is free again."""
        member = member_of(request)
        found = get_object_or_404(queries.opportunities_of(member.client), pk=opportunity_id)
        made = services.close(opportunity=found, by=member.user, at=timezone.now())
        return Response(shapes.ClientOpportunityOut(made).data)


def _in_state(rows: Any, form: ApplicationFilter | WorkFilter) -> Any:
    state = form.cleaned_data["state"] if form.is_valid() else ""
    return rows.filter(state=state) if state else rows


class ClientApplications(generics.ListAPIView[Any]):
    """Who applied to your client."""

    permission_classes = [IsMember]
    scope = "applications"
    serializer_class = shapes.ApplicantOut
    pagination_class = Page

    @extend_schema(parameters=asked.STATE, operation_id="client_applications_list", tags=TAGS)
    def get(self, request: Request) -> Response:
        """Newest first; `state` filters."""
        return self.list(request)

    def get_queryset(self) -> Any:
        """Of one's own client."""
        rows = queries.applications_for(member_of(self.request).client).select_related("gig")
        return _in_state(rows, ApplicationFilter(self.request.query_params))


def _application(request: Request, application_id: UUID) -> Application:
    mine = queries.applications_for(member_of(request).client)
    return get_object_or_404(mine, pk=application_id)


class Accept(APIView):
    """Taking an agent on."""

    permission_classes = [IsPromiser]
    scope = "applications"

    @extend_schema(
        request=None,
        responses=shapes.ApplicantOut,
        operation_id="client_applications_accept",
        tags=TAGS,
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        """Makes the gig."""
        found, by = _application(request, application_id), member_of(request).user
        services.accept(application=found, by=by, at=timezone.now())
        return Response(shapes.ApplicantOut(found).data)


class Reject(APIView):
    """Saying no."""

    permission_classes = [IsManager]
    scope = "applications"

    @extend_schema(
        request=asked.ReasonBody,
        responses=shapes.ApplicantOut,
        operation_id="client_applications_reject",
        tags=TAGS,
    )
    def post(self, request: Request, application_id: UUID) -> Response:
        """With a reason, which the agent is told."""
        found, by = _application(request, application_id), member_of(request).user
        form = bound(ReasonForm, request)
        services.reject(application=found, by=by, at=timezone.now(), **form.cleaned_data)
        return Response(shapes.ApplicantOut(found).data)


class OldestFirst(Page):
    """Works in the order in which they wait."""

    ordering = ("submitted_at", "id")


class ClientWorks(generics.ListAPIView[Any]):
    """What was handed in to your client."""

    permission_classes = [IsMember]
    scope = "work"
    serializer_class = work_shapes.WorkOut
    pagination_class = OldestFirst

    @extend_schema(parameters=asked.STATE, operation_id="client_works_list", tags=TAGS)
    def get(self, request: Request) -> Response:
        """Oldest first; `state` filters."""
        return self.list(request)

    def get_queryset(self) -> Any:
        """Of one's own client."""
        rows = queries.works_for(member_of(self.request).client)
        return _in_state(rows, WorkFilter(self.request.query_params))


class Decide(APIView):
    """One decision about a work; the three endpoints differ in the verb."""

    permission_classes = [IsManager]
    scope = "work"
    verb: Callable[..., Work]

    def post(self, request: Request, work_id: UUID) -> Response:
        """With words to the agent."""
        member = member_of(request)
        found = get_object_or_404(queries.works_for(member.client), pk=work_id)
        form = bound(CommentForm, request)
        decide = type(self).verb
        decide(work=found, member=member, at=timezone.now(), **form.cleaned_data)
        return Response(work_shapes.WorkOut(queries.works().get(pk=found.pk)).data)


def _documented(name: str, what: str) -> Callable[[type[Decide]], type[Decide]]:
    documented = extend_schema(
        request=asked.CommentBody,
        responses=work_shapes.WorkOut,
        operation_id=name,
        description=what,
        tags=TAGS,
    )
    return extend_schema_view(post=documented)


@_documented("client_works_approve", "Approve the work; this makes the payment.")
class Approve(Decide):
    """Accepting the work."""

    permission_classes = [IsPromiser]
    verb = staticmethod(services.approve_work)


@_documented("client_works_rework", "Ask for changes; the comment is required.")
class AskRework(Decide):
    """Asking for changes."""

    verb = staticmethod(services.ask_rework)


@_documented("client_works_reject", "Refuse the work; the comment is required.")
class RejectWork(Decide):
    """Refusing the work."""

    verb = staticmethod(services.reject_work)
