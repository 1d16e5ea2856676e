"""API views of the desk: the queue, one ticket, and every act of a member of support."""

from typing import Any, ClassVar
from uuid import UUID

from django.forms import Form
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_view,
)
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_views import StaffAPIView
from accounts.permissions import IsStaff
from chatbot.desk import (
    acts,
    answering,
    canned,
    clocks,
    forms,
    queries,
    queue,
    serializers,
    services,
    timeline,
)
from chatbot.desk.queue import QueueFilter, QueueView
from chatbot.models import HelpLanguage, SealedSecret, Ticket
from chatbot.redaction import services as redaction
from hitouch.core.api.forms import validated_form
from hitouch.core.api.pagination import CursorPage

FILTERS = [
    OpenApiParameter(
        "view", str, enum=QueueView.values, description="The list; open tickets by default."
    ),
    OpenApiParameter("topic", OpenApiTypes.UUID, description="Only this category of the FAQ."),
    OpenApiParameter("language", str, enum=HelpLanguage.values),
    OpenApiParameter("priority", int, enum=Ticket.Priority.values),
    OpenApiParameter("overdue", bool, description="Only tickets with a target that was missed."),
    OpenApiParameter("q", str, description="Reference, subject or name."),
]


class DeskAPIView(StaffAPIView):
    """An endpoint of the desk."""

    permission_classes = [IsStaff.of("support")]
    tag = "Support desk (staff)"

    def ticket(self, ticket_id: UUID) -> Ticket:
        """Any ticket: the desk sees all."""
        rows = Ticket.objects.select_related("user__agent", "assigned_to__agent", "topic")
        return get_object_or_404(rows.select_related("conversation", "merged_into"), pk=ticket_id)


class QueueCursorPage(CursorPage):
    """Pagination in the order of the queue. A ticket that is overdue meanwhile may move up."""

    page_size = queue.PAGE_SIZE

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        """The order of the list that is asked for."""
        return queue.ordering(view.view_of_queue)


@extend_schema_view(get=extend_schema(parameters=FILTERS))
class DeskTicketListView(DeskAPIView, generics.ListAPIView[Any]):
    """The queue of the desk."""

    serializer_class = serializers.DeskTicketRowOut
    pagination_class = QueueCursorPage
    query_form = forms.DeskTicketFilter
    operation_ids = {"get": "staff_desk_tickets_list"}
    view_of_queue = QueueView.OPEN.value

    def get_queryset(self) -> Any:
        """The tickets of one list, those that need somebody first."""
        found = dict(self.query)
        topic = found.get("topic")
        self.view_of_queue = found.get("view") or QueueView.OPEN.value
        chosen = QueueFilter(
            view=self.view_of_queue,
            topic=topic.pk if topic else None,
            language=found.get("language") or "",
            priority=found.get("priority"),
            is_overdue=bool(found.get("overdue")),
            search=found.get("q") or "",
        )
        return queue.tickets(member=self.user, chosen=chosen, now=timezone.now())

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List tickets: overdue ones first, then by priority and by what is due first."""
        return self.list(request, *args, **kwargs)


class DeskTicketDetailView(DeskAPIView):
    """One ticket on the desk."""

    operation_ids = {"get": "staff_desk_tickets_read"}

    @extend_schema(responses=serializers.DeskTicketOut)
    def get(self, request: Request, ticket_id: UUID) -> Response:
        """Get a ticket with its thread, clocks, case card, your draft, and who else looks at it."""
        ticket, now = self.ticket(ticket_id), timezone.now()
        context = {
            "now": now,
            "member": self.user,
            "lines": timeline.lines(ticket),
            "clocks": clocks.read(ticket, now=now),
        }
        return Response(serializers.DeskTicketOut(ticket, context=context).data)


class DeskAnswerView(DeskAPIView):
    """Answer a ticket."""

    operation_ids = {"post": "staff_desk_tickets_answer"}

    @extend_schema(
        request=serializers.DeskAnswerIn,
        responses={201: serializers.DeskMessageOut},
        examples=[
            OpenApiExample(
                "Answer and close",
                {
                    "text": "Your payment is on its way.",
                    "seen": "4a1f52f4-6a5e-4f0c-9a25-6d4d7a1f0b11",
                    "close": True,
                },
                request_only=True,
            )
        ],
    )
    def post(self, request: Request, ticket_id: UUID) -> Response:
        """Answer a ticket. Send `seen` from the ticket you read.

        409 `changed_meanwhile` if there is a newer message, `another_is_writing` if another member
        writes; `confirmed` sends it all the same.
        """
        form = validated_form(forms.DeskAnswerForm, request)
        message = answering.send_answer(
            ticket=self.ticket(ticket_id), by=self.user, at=timezone.now(), **form.cleaned_data
        )
        return Response(serializers.DeskMessageOut(message).data, status=201)


class DeskNoteView(DeskAPIView):
    """Notes of a ticket."""

    operation_ids = {"post": "staff_desk_tickets_note"}

    @extend_schema(request=serializers.DeskNoteIn, responses={201: serializers.DeskNoteOut})
    def post(self, request: Request, ticket_id: UUID) -> Response:
        """Add a note, which only support reads."""
        form = validated_form(forms.NoteForm, request)
        note = services.add_note(
            ticket=self.ticket(ticket_id), by=self.user, at=timezone.now(), **form.cleaned_data
        )
        return Response(serializers.DeskNoteOut(note).data, status=201)


class DeskDraftView(DeskAPIView):
    """Your draft of an answer."""

    operation_ids = {"put": "staff_desk_tickets_draft_save"}

    @extend_schema(request=serializers.DeskDraftIn, responses=serializers.DeskDraftOut)
    def put(self, request: Request, ticket_id: UUID) -> Response:
        """Keep what you have written so far; an empty text removes it."""
        form = validated_form(forms.TicketDraftForm, request)
        ticket = self.ticket(ticket_id)
        draft = services.save_draft(ticket=ticket, by=self.user, **form.cleaned_data)
        text = draft.text if draft else ""
        found = {"text": text, "saved_at": timezone.now()}
        return Response(serializers.DeskDraftOut(found).data)


class DeskPresenceView(DeskAPIView):
    """Who has a ticket open."""

    operation_ids = {"post": "staff_desk_tickets_presence"}

    @extend_schema(
        request=serializers.DeskPresenceIn, responses=serializers.ColleagueOut(many=True)
    )
    def post(self, request: Request, ticket_id: UUID) -> Response:
        """Say that you have the ticket open, and whether you write; get the other members."""
        form, now = validated_form(forms.PresenceForm, request), timezone.now()
        ticket = self.ticket(ticket_id)
        services.seen(ticket=ticket, by=self.user, at=now, **form.cleaned_data)
        others = queries.present(ticket, now=now).exclude(by=self.user)
        return Response(serializers.ColleagueOut(others, many=True).data)


class DeskCannedRepliesView(DeskAPIView):
    """Canned replies for a ticket."""

    operation_ids = {"get": "staff_desk_tickets_canned_replies"}

    @extend_schema(responses=serializers.FilledReplyOut(many=True))
    def get(self, request: Request, ticket_id: UUID) -> Response:
        """Canned replies in the ticket's language with their placeholders filled."""
        ticket = self.ticket(ticket_id)
        found = [
            {
                "id": reply.pk,
                "title": reply.title,
                "text": canned.render(reply, ticket=ticket, by=self.user),
            }
            for reply in queries.canned_replies(ticket)
        ]
        return Response(serializers.FilledReplyOut(found, many=True).data)


class DeskClocksView(DeskAPIView):
    """Clocks of a ticket, explained."""

    operation_ids = {"get": "staff_desk_tickets_clocks"}

    @extend_schema(responses=serializers.ClockOut(many=True))
    def get(self, request: Request, ticket_id: UUID) -> Response:
        """Each clock with every interval since its start: which minutes counted, and why not."""
        found: Any = clocks.read(self.ticket(ticket_id), now=timezone.now())
        return Response(serializers.ClockOut(found, many=True).data)


class DeskSecretView(DeskAPIView):
    """A sealed secret of a ticket."""

    operation_ids = {"post": "staff_desk_tickets_secret_open"}

    @extend_schema(request=serializers.DeskSecretIn, responses=serializers.OpenedSecretOut)
    @sensitive_variables("value")
    def post(self, request: Request, ticket_id: UUID, secret_id: UUID) -> Response:
        """Open a sealed secret of a ticket that you have. Your reason is kept in the audit log."""
        form = validated_form(forms.OpenSecretForm, request)
        secret = get_object_or_404(SealedSecret, pk=secret_id, ticket=ticket_id)
        value = redaction.open_secret(
            secret=secret, by=self.user, at=timezone.now(), **form.cleaned_data
        )
        return Response(serializers.OpenedSecretOut({"kind": secret.kind, "value": value}).data)


class DeskActAPIView(DeskAPIView):
    """Base of the acts that answer with the ticket as it is afterwards."""

    act: ClassVar[acts.DeskAct]
    form_class: ClassVar[type[Form]] = Form

    def run(self, request: Request, ticket_id: UUID) -> Response:
        """Do the act with what was sent."""
        form = validated_form(self.form_class, request)
        self.act.run(self.ticket(ticket_id), form.cleaned_data, self.user, timezone.now())
        return Response(serializers.DeskStandingOut(self.ticket(ticket_id)).data)


class DeskTakeView(DeskActAPIView):
    """Take a ticket."""

    act, form_class = acts.TAKE, forms.TakeForm
    operation_ids = {"post": "staff_desk_tickets_take"}

    @extend_schema(request=serializers.DeskTakeIn, responses=serializers.DeskStandingOut)
    def post(self, request: Request, ticket_id: UUID) -> Response:
        """Take a ticket; one of another member only with `from_another`."""
        return self.run(request, ticket_id)


class DeskTransferView(DeskActAPIView):
    """Pass a ticket on."""

    act, form_class = acts.TRANSFER, forms.TransferForm
    operation_ids = {"post": "staff_desk_tickets_transfer"}

    @extend_schema(request=serializers.DeskTransferIn, responses=serializers.DeskStandingOut)
    def post(self, request: Request, ticket_id: UUID) -> Response:
        """Pass a ticket to a member on duty, or without `to` back to the queue."""
        return self.run(request, ticket_id)


class DeskPriorityView(DeskActAPIView):
    """Priority of a ticket."""

    act, form_class = acts.PRIORITY, forms.PriorityForm
    operation_ids = {"post": "staff_desk_tickets_priority"}

    @extend_schema(request=serializers.DeskPriorityIn, responses=serializers.DeskStandingOut)
    def post(self, request: Request, ticket_id: UUID) -> Response:
        """Change the priority; the clocks follow its targets."""
        return self.run(request, ticket_id)


class DeskHoldView(DeskActAPIView):
    """Put a ticket on hold."""

    act, form_class = acts.HOLD, forms.HoldForm
    operation_ids = {"post": "staff_desk_tickets_hold"}

    @extend_schema(request=serializers.DeskHoldIn, responses=serializers.DeskStandingOut)
    def post(self, request: Request, ticket_id: UUID) -> Response:
        """Stop the clocks while the ticket waits for somebody outside support."""
        return self.run(request, ticket_id)


class DeskResumeView(DeskActAPIView):
    """Resume a ticket."""

    act = acts.RESUME
    operation_ids = {"post": "staff_desk_tickets_resume"}

    @extend_schema(request=None, responses=serializers.DeskStandingOut)
    def post(self, request: Request, ticket_id: UUID) -> Response:
        """Let the clocks of a ticket on hold go on."""
        return self.run(request, ticket_id)


class DeskMergeView(DeskActAPIView):
    """Merge a ticket."""

    act, form_class = acts.MERGE, forms.MergeForm
    operation_ids = {"post": "staff_desk_tickets_merge"}

    @extend_schema(request=serializers.DeskMergeIn, responses=serializers.DeskStandingOut)
    def post(self, request: Request, ticket_id: UUID) -> Response:
        """Continue a ticket in another open one of the same person, by reference or id."""
        return self.run(request, ticket_id)


class DeskResolveView(DeskActAPIView):
    """Close a ticket."""

    act = acts.RESOLVE
    operation_ids = {"post": "staff_desk_tickets_resolve"}

    @extend_schema(request=None, responses=serializers.DeskStandingOut)
    def post(self, request: Request, ticket_id: UUID) -> Response:
        """Close a ticket. A reply within 7 days reopens it."""
        return self.run(request, ticket_id)


class DeskReopenView(DeskActAPIView):
    """Reopen a ticket."""

    act = acts.REOPEN
    operation_ids = {"post": "staff_desk_tickets_reopen"}

    @extend_schema(request=None, responses=serializers.DeskStandingOut)
    def post(self, request: Request, ticket_id: UUID) -> Response:
        """Reopen a ticket, within 7 days after it was closed."""
        return self.run(request, ticket_id)


class DeskHandBackView(DeskActAPIView):
    """Hand a conversation back to the assistant."""

    act = acts.HAND_BACK
    operation_ids = {"post": "staff_desk_tickets_hand_back"}

    @extend_schema(request=None, responses=serializers.DeskStandingOut)
    def post(self, request: Request, ticket_id: UUID) -> Response:
        """Let the assistant answer in the conversation again; the ticket stays open."""
        return self.run(request, ticket_id)


class DeskDutyView(DeskAPIView):
    """Duty of members."""

    operation_ids = {"get": "staff_desk_duty", "put": "staff_desk_duty_save"}

    @extend_schema(responses=serializers.DeskDutyOut)
    def get(self, request: Request) -> Response:
        """Who is on duty with how many tickets, and how many tickets are in each list."""
        return self._duty()

    @extend_schema(request=serializers.DeskDutyIn, responses=serializers.DeskDutyOut)
    def put(self, request: Request) -> Response:
        """Go on or off duty. Off duty, tickets that wait for your answer go to the others."""
        form, now = validated_form(forms.DutyForm, request), timezone.now()
        if form.cleaned_data["on_duty"]:
            services.go_on_duty(user=self.user, at=now)
        else:
            services.go_off_duty(user=self.user, at=now)
        return self._duty()

    def _duty(self) -> Response:
        now = timezone.now()
        found = {
            "is_on_duty": queries.duty_of(self.user) is not None,
            "members": queries.members(now=now),
            "counts": queue.counts(member=self.user, now=now),
        }
        return Response(serializers.DeskDutyOut(found).data)
