"""Serializers of tickets: for the person who opened one, and for the desk."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.models import User
from chatbot.desk import case_card, forms, own_tickets, queries, timeline
from chatbot.desk.calendar import ClockReason
from chatbot.desk.clocks import Clock, ClockKind, ClockStatus
from chatbot.models import FaqCategory, SatisfactionRating, Ticket, TicketMessage, TicketNote
from hitouch.core.api.form_serializers import form_serializer

TicketIn = form_serializer(forms.TicketForm, "TicketIn")
ReplyIn = form_serializer(forms.ReplyForm, "ReplyIn")
RatingIn = form_serializer(forms.TicketRatingForm, "TicketRatingIn")
DeskAnswerIn = form_serializer(forms.DeskAnswerForm, "DeskAnswerIn")
DeskNoteIn = form_serializer(forms.NoteForm, "DeskNoteIn")
DeskDraftIn = form_serializer(forms.TicketDraftForm, "DeskDraftIn")
DeskPresenceIn = form_serializer(forms.PresenceForm, "DeskPresenceIn")
DeskTakeIn = form_serializer(forms.TakeForm, "DeskTakeIn")
DeskTransferIn = form_serializer(forms.TransferForm, "DeskTransferIn")
DeskPriorityIn = form_serializer(forms.PriorityForm, "DeskPriorityIn")
DeskHoldIn = form_serializer(forms.HoldForm, "DeskHoldIn")
DeskMergeIn = form_serializer(forms.MergeForm, "DeskMergeIn")
DeskSecretIn = form_serializer(forms.OpenSecretForm, "DeskSecretIn")
DeskDutyIn = form_serializer(forms.DutyForm, "DeskDutyIn")


class TopicOut(serializers.ModelSerializer[Any]):
    """A topic of Help."""

    class Meta:
        model = FaqCategory
        fields = ["id", "title"]


class TicketRatingOut(serializers.ModelSerializer[Any]):
    """How satisfied the person was."""

    class Meta:
        model = SatisfactionRating
        fields = ["score", "comment", "at"]


# The person's side


class MessageOut(serializers.ModelSerializer[Any]):
    """A message in a support ticket."""

    class Meta:
        model = TicketMessage
        fields = ["id", "is_from_staff", "text", "at"]


class NamedMessageOut(serializers.Serializer[Any]):
    """A message in a support ticket, with the first name of who wrote it, or "You"."""

    id = serializers.UUIDField()
    is_from_staff = serializers.BooleanField()
    name = serializers.CharField()
    text = serializers.CharField()
    at = serializers.DateTimeField()


class TicketOut(serializers.ModelSerializer[Any]):
    """A support ticket in a list."""

    topic = TopicOut(allow_null=True)
    standing = serializers.SerializerMethodField(help_text="The state in a sentence.")

    class Meta:
        model = Ticket
        fields = [
            "id", "reference", "subject", "topic", "state", "standing", "is_on_hold", "opened_at",
            "resolved_at",
        ]  # fmt: skip

    def get_standing(self, ticket: Ticket) -> str:
        return own_tickets.standing(ticket)


class ThreadOut(TicketOut):
    """A support ticket with its messages, and what happens next."""

    def to_representation(self, instance: Ticket) -> dict[str, Any]:
        """Read the ticket once for all fields that follow from it."""
        self.view = own_tickets.read_ticket(instance, now=self.context["now"])
        return super().to_representation(instance)

    messages = serializers.SerializerMethodField()
    answered_by = serializers.SerializerMethodField(help_text="First name; empty if nobody has it.")
    expected_at = serializers.SerializerMethodField(
        help_text="Until when support means to answer, by its working hours."
    )
    takes_replies = serializers.SerializerMethodField()
    can_rate = serializers.SerializerMethodField()
    rating = serializers.SerializerMethodField()
    merged_into = serializers.UUIDField(source="merged_into_id", allow_null=True)

    class Meta(TicketOut.Meta):
        fields = [
            *TicketOut.Meta.fields, "answered_by", "expected_at", "takes_replies", "can_rate",
            "rating", "merged_into", "messages",
        ]  # fmt: skip

    @extend_schema_field(NamedMessageOut(many=True))
    def get_messages(self, ticket: Ticket) -> Any:
        """Messages, oldest first."""
        return NamedMessageOut(self.view.messages, many=True).data

    def get_answered_by(self, ticket: Ticket) -> str:
        return self.view.answered_by

    def get_expected_at(self, ticket: Ticket) -> datetime | None:
        return self.view.expected_at

    def get_takes_replies(self, ticket: Ticket) -> bool:
        return self.view.takes_replies

    def get_can_rate(self, ticket: Ticket) -> bool:
        return self.view.can_rate

    @extend_schema_field(TicketRatingOut(allow_null=True))
    def get_rating(self, ticket: Ticket) -> Any:
        return TicketRatingOut(self.view.rating).data if self.view.rating else None


# The desk


class DeskPersonOut(serializers.Serializer[User]):
    """An account, as the desk names it."""

    id = serializers.UUIDField(source="pk")
    name = serializers.CharField()


class DeskMemberNameOut(serializers.Serializer[User]):
    """A member of support."""

    id = serializers.UUIDField(source="pk")
    name = serializers.SerializerMethodField()

    def get_name(self, user: User) -> str:
        return timeline.staff_name(user)


class DeskTicketRowOut(serializers.Serializer[Ticket]):
    """A ticket in the queue."""

    id = serializers.UUIDField(source="pk")
    reference = serializers.CharField()
    subject = serializers.CharField()
    person = DeskPersonOut(source="user")
    state = serializers.ChoiceField(Ticket.State.choices)
    is_on_hold = serializers.BooleanField()
    priority = serializers.ChoiceField(Ticket.Priority.choices)
    language = serializers.CharField()
    topic = TopicOut(allow_null=True)
    assigned_to = DeskMemberNameOut(allow_null=True)
    opened_at = serializers.DateTimeField()
    waiting_since = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True, help_text="What is due first.")
    preview = serializers.CharField(source="last_text", help_text="The newest message, cut.")


class TimelineLineOut(serializers.Serializer[timeline.TimelineLine]):
    """A line of the thread: message, note, or what the desk did."""

    key = serializers.CharField()
    kind = serializers.ChoiceField([(kind.value, kind.value) for kind in timeline.LineKind])
    name = serializers.CharField(allow_blank=True)
    text = serializers.CharField()
    at = serializers.DateTimeField()


class ClockIntervalOut(serializers.Serializer[Any]):
    """A span of a clock, whether it counted, and why."""

    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    reason = serializers.ChoiceField([(reason.value, reason.value) for reason in ClockReason])
    note = serializers.CharField(allow_blank=True, help_text="The name of the holiday.")
    counts = serializers.BooleanField()
    minutes = serializers.SerializerMethodField()

    def get_minutes(self, interval: Any) -> int:
        return int(interval.length.total_seconds() // 60)


class ClockOut(serializers.Serializer[Clock]):
    """A clock with every interval since its start: working minutes count.

    Without `due_at` it stands still or has no target.
    """

    kind = serializers.ChoiceField([(kind.value, kind.label) for kind in ClockKind])
    status = serializers.ChoiceField([(status.value, status.label) for status in ClockStatus])
    started_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    due_at = serializers.DateTimeField(allow_null=True)
    target_minutes = serializers.SerializerMethodField()
    spent_minutes = serializers.SerializerMethodField()
    intervals = ClockIntervalOut(many=True)

    def get_target_minutes(self, clock: Clock) -> int | None:
        return None if clock.target is None else int(clock.target.total_seconds() // 60)

    def get_spent_minutes(self, clock: Clock) -> int:
        return int(clock.spent.total_seconds() // 60)


class PersonFactsOut(serializers.Serializer[case_card.PersonFacts]):
    """What the desk may know of a person; contacts only in part."""

    name = serializers.CharField()
    kind = serializers.CharField()
    contacts = serializers.ListField(child=serializers.CharField())
    status = serializers.CharField()
    joined_at = serializers.DateTimeField()
    clearance = serializers.CharField(allow_blank=True)
    level = serializers.CharField(allow_blank=True)


class OfferedEntryOut(serializers.Serializer[case_card.OfferedEntry]):
    """An entry of the FAQ that was given as the answer, or suggested."""

    entry = serializers.UUIDField(source="entry_id")
    question = serializers.CharField()
    probability = serializers.FloatField(allow_null=True)
    is_answer = serializers.BooleanField()
    was_chosen = serializers.BooleanField()


class AskedQuestionOut(serializers.Serializer[case_card.AskedQuestion]):
    """A question to the assistant, and what it answered."""

    text = serializers.CharField()
    at = serializers.DateTimeField()
    answer = serializers.CharField(allow_blank=True)
    answer_source = serializers.CharField(allow_blank=True)
    offered = OfferedEntryOut(many=True)
    feedback = serializers.CharField(allow_blank=True)


class SealedSecretOut(serializers.Serializer[Any]):
    """A sealed secret; its value is read with a reason of its own."""

    id = serializers.UUIDField(source="pk")
    number = serializers.IntegerField()
    kind = serializers.CharField()


class OtherTicketOut(serializers.Serializer[Ticket]):
    """Another ticket of the same person."""

    id = serializers.UUIDField(source="pk")
    reference = serializers.CharField()
    subject = serializers.CharField()
    state = serializers.ChoiceField(Ticket.State.choices)
    opened_at = serializers.DateTimeField()


class CaseCardOut(serializers.Serializer[case_card.TicketCard]):
    """What stands beside the thread."""

    person = PersonFactsOut()
    asked = AskedQuestionOut(many=True)
    other_tickets = OtherTicketOut(many=True)
    secrets = SealedSecretOut(many=True)
    satisfaction = TicketRatingOut(allow_null=True)


class ColleagueOut(serializers.Serializer[Any]):
    """Another member who has the ticket open."""

    member = DeskMemberNameOut(source="by")
    seen_at = serializers.DateTimeField()
    is_writing = serializers.BooleanField()


class DeskTicketOut(serializers.Serializer[Ticket]):
    """A ticket on the desk: thread, clocks, case card, own draft, and who else looks at it."""

    id = serializers.UUIDField(source="pk")
    reference = serializers.CharField()
    subject = serializers.CharField()
    person = DeskPersonOut(source="user")
    state = serializers.ChoiceField(Ticket.State.choices)
    is_on_hold = serializers.BooleanField()
    priority = serializers.ChoiceField(Ticket.Priority.choices)
    language = serializers.CharField()
    topic = TopicOut(allow_null=True)
    assigned_to = DeskMemberNameOut(allow_null=True)
    opened_at = serializers.DateTimeField()
    first_answer_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    merged_into = serializers.UUIDField(source="merged_into_id", allow_null=True)
    lines = serializers.SerializerMethodField()
    seen = serializers.SerializerMethodField(
        help_text="The id of the newest message, to be sent back with an answer."
    )
    clocks = serializers.SerializerMethodField()
    card = serializers.SerializerMethodField()
    draft = serializers.SerializerMethodField()
    colleagues = serializers.SerializerMethodField()

    @extend_schema_field(TimelineLineOut(many=True))
    def get_lines(self, ticket: Ticket) -> Any:
        return TimelineLineOut(self.context["lines"], many=True).data

    def get_seen(self, ticket: Ticket) -> str:
        return timeline.last_message(self.context["lines"])

    @extend_schema_field(ClockOut(many=True))
    def get_clocks(self, ticket: Ticket) -> Any:
        return ClockOut(self.context["clocks"], many=True).data

    @extend_schema_field(CaseCardOut)
    def get_card(self, ticket: Ticket) -> Any:
        return CaseCardOut(case_card.case_card(ticket)).data

    def get_draft(self, ticket: Ticket) -> str:
        return queries.draft_of(ticket, self.context["member"])

    @extend_schema_field(ColleagueOut(many=True))
    def get_colleagues(self, ticket: Ticket) -> Any:
        rows: QuerySet[Any] = queries.present(ticket, now=self.context["now"])
        return ColleagueOut(rows.exclude(by=self.context["member"]), many=True).data


class DeskStandingOut(serializers.Serializer[Ticket]):
    """A ticket after an act."""

    id = serializers.UUIDField(source="pk")
    reference = serializers.CharField()
    state = serializers.ChoiceField(Ticket.State.choices)
    is_on_hold = serializers.BooleanField()
    priority = serializers.ChoiceField(Ticket.Priority.choices)
    assigned_to = DeskMemberNameOut(allow_null=True)
    merged_into = serializers.UUIDField(source="merged_into_id", allow_null=True)


class DeskMessageOut(serializers.ModelSerializer[Any]):
    """An answer that was sent."""

    class Meta:
        model = TicketMessage
        fields = ["id", "text", "at"]


class DeskNoteOut(serializers.ModelSerializer[Any]):
    """A note of support."""

    by = DeskMemberNameOut()

    class Meta:
        model = TicketNote
        fields = ["id", "by", "text", "at"]


class DeskDraftOut(serializers.Serializer[Any]):
    """What is kept of an answer that is being written."""

    text = serializers.CharField(allow_blank=True)
    saved_at = serializers.DateTimeField()


class FilledReplyOut(serializers.Serializer[Any]):
    """A canned reply with its placeholders filled for the ticket."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    text = serializers.CharField()


class OpenedSecretOut(serializers.Serializer[Any]):
    """A secret in plain text."""

    kind = serializers.CharField()
    value = serializers.CharField()


class DeskMemberOut(serializers.Serializer[Any]):
    """An active member with what waits for them."""

    user = DeskMemberNameOut()
    since = serializers.DateTimeField(allow_null=True, help_text="On duty since; null: off duty.")
    load = serializers.IntegerField()
    capacity = serializers.IntegerField()
    languages = serializers.ListField(child=serializers.CharField())
    skills = serializers.ListField(child=serializers.CharField())


class DeskDutyOut(serializers.Serializer[Any]):
    """Who is on duty, and how many tickets there are."""

    is_on_duty = serializers.BooleanField()
    members = DeskMemberOut(many=True)
    counts = serializers.DictField(child=serializers.IntegerField())
