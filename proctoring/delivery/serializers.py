"""Serializers of questions, answers and the journal.

No serializer has a field for the answer key of a question, so it cannot be sent.
"""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from hitouch.core.api.form_serializers import form_serializer
from proctoring.delivery import entries, forms, sealed_files
from proctoring.delivery.queries import HeldAnswer
from proctoring.models import MonitoringDemand, SittingQuestion, SittingSection


class OptionOut(serializers.Serializer[Any]):
    """An option of a multiple-choice question."""

    id = serializers.CharField()
    text = serializers.CharField()


class OtherAnswerOut(serializers.Serializer[Any]):
    """An answer of another device that differs from the one that counts."""

    entry = serializers.UUIDField(source="pk")
    value = serializers.CharField()
    device = serializers.UUIDField()
    written_at = serializers.DateTimeField()


class HeldAnswerOut(serializers.Serializer[HeldAnswer]):
    """The answer that counts now. In a conflict, `others` are what other devices hold."""

    entry = serializers.UUIDField(source="entry.pk")
    value = serializers.CharField()
    device = serializers.UUIDField(source="entry.device")
    written_at = serializers.DateTimeField(source="entry.written_at")
    conflict = serializers.BooleanField()
    others = OtherAnswerOut(many=True)


class AnswerOut(serializers.Serializer[Any]):
    """A saved answer."""

    entry = serializers.UUIDField(source="pk")
    value = serializers.CharField()
    conflict = serializers.BooleanField()
    saved_at = serializers.DateTimeField(source="received_at")


class SittingPartOut(serializers.Serializer[SittingSection]):
    """A section of the sitting, with how one moves in it."""

    id = serializers.UUIDField()
    position = serializers.IntegerField()
    name = serializers.CharField(source="section.name")
    kind = serializers.CharField(source="section.kind")
    instructions = serializers.CharField(source="section.instructions")
    state = serializers.SerializerMethodField()
    navigation = serializers.CharField(source="section.navigation")
    can_skip = serializers.BooleanField(source="section.can_skip")
    can_mark = serializers.BooleanField(source="section.can_mark")
    can_review = serializers.BooleanField(source="section.can_review")
    opened_at = serializers.DateTimeField(allow_null=True)
    ends_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)

    @extend_schema_field(serializers.ChoiceField(["LATER", "OPEN", "CLOSED"]))
    def get_state(self, part: SittingSection) -> str:
        if part.closed_at is not None:
            return "CLOSED"
        return "LATER" if part.opened_at is None else "OPEN"


class TakeOut(serializers.Serializer[Any]):
    """The newest recording of a spoken answer."""

    id = serializers.UUIDField()
    take = serializers.IntegerField()
    state = serializers.CharField()


class QuestionOut(serializers.Serializer[SittingQuestion]):
    """A question of the open section, with the answer that is held."""

    id = serializers.UUIDField()
    position = serializers.IntegerField()
    kind = serializers.CharField(source="version.item.kind")
    passage = serializers.CharField()
    is_follow_up = serializers.BooleanField(help_text="`passage` is from the own text.")
    text = serializers.CharField(source="version.text")
    options = serializers.SerializerMethodField()
    seconds = serializers.IntegerField(source="version.seconds")
    preparation_seconds = serializers.IntegerField(source="version.preparation_seconds")
    min_words = serializers.IntegerField(source="version.min_words")
    max_words = serializers.IntegerField(source="version.max_words")
    plays_left = serializers.SerializerMethodField()
    recording = serializers.SerializerMethodField()
    held = serializers.SerializerMethodField()
    marked = serializers.SerializerMethodField()

    @extend_schema_field(serializers.IntegerField())
    def get_plays_left(self, drawn: SittingQuestion) -> int:
        return max(drawn.version.plays - drawn.plays_used, 0)  # type: ignore[attr-defined]

    @extend_schema_field(TakeOut(allow_null=True))
    def get_recording(self, drawn: SittingQuestion) -> dict[str, Any] | None:
        takes = drawn.takes  # type: ignore[attr-defined]
        return dict(TakeOut(takes[0]).data) if takes else None

    @extend_schema_field(OptionOut(many=True))
    def get_options(self, drawn: SittingQuestion) -> list[dict[str, str]]:
        return [{"id": key, "text": text} for key, text in drawn.options]

    @extend_schema_field(HeldAnswerOut(allow_null=True))
    def get_held(self, drawn: SittingQuestion) -> dict[str, Any] | None:
        held = self.context["held"][drawn.pk]
        return dict(HeldAnswerOut(held).data) if held.entry else None

    @extend_schema_field(serializers.BooleanField())
    def get_marked(self, drawn: SittingQuestion) -> bool:
        return bool(self.context["held"][drawn.pk].marked)


class RescueKeyOut(serializers.Serializer[Any]):
    """The server's public key, for the file of answers that cannot be sent."""

    id = serializers.CharField()
    public = serializers.CharField()


class QuestionsOut(serializers.Serializer[Any]):
    """The sections, and the questions of the open one.

    There are no questions once it is over, while it is paused, and while it is not `monitored`:
    no connection holds the lease.
    """

    now = serializers.DateTimeField()
    state = serializers.CharField()
    parts = SittingPartOut(many=True)
    part = SittingPartOut(allow_null=True)
    last = serializers.BooleanField()
    monitored = serializers.BooleanField()
    questions = QuestionOut(many=True)
    rescue_key = serializers.SerializerMethodField()

    @extend_schema_field(RescueKeyOut())
    def get_rescue_key(self, page: Any) -> dict[str, Any]:
        return dict(RescueKeyOut(sealed_files.current_public_key()).data)


SectionIn = form_serializer(forms.SectionForm, "SectionIn")
SubmitIn = form_serializer(forms.ConfirmForm, "SubmitIn")
AnswerIn = form_serializer(forms.AnswerForm, "AnswerIn")


class EntryIn(serializers.Serializer[Any]):
    """One entry of a device's journal."""

    sequence = serializers.IntegerField(min_value=1, max_value=entries.MAX_SEQUENCE)
    previous_hash = serializers.CharField(max_length=64, allow_blank=True)
    hash = serializers.CharField(max_length=64)
    question = serializers.UUIDField()
    kind = serializers.ChoiceField(entries.KINDS, default="ANSWER")
    value = serializers.CharField(max_length=entries.MAX_VALUE_CHARS, allow_blank=True)
    seen = serializers.UUIDField(allow_null=True, required=False)
    written_at = serializers.DateTimeField()


class JournalIn(serializers.Serializer[Any]):
    """A batch of entries. An empty one asks what is held."""

    device = serializers.UUIDField()
    entries = EntryIn(many=True, max_length=entries.MAX_BATCH)  # type: ignore[call-arg]


class ReceiptOut(serializers.Serializer[Any]):
    """What became of one entry: known if it was stored before. A refused one says why."""

    sequence = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField(["saved", "late", "known", "conflict", "refused"])
    entry = serializers.UUIDField(allow_null=True)
    code = serializers.CharField()
    message = serializers.CharField()


class HeadOut(serializers.Serializer[Any]):
    """Where the chain of a device goes on."""

    device = serializers.UUIDField()
    next_sequence = serializers.IntegerField()
    head_hash = serializers.CharField(source="hash")


class HeldAnswersOut(serializers.Serializer[Any]):
    """The time, and the answers that are held, by question."""

    now = serializers.DateTimeField()
    state = serializers.CharField()
    ends_at = serializers.DateTimeField(allow_null=True)
    held = serializers.DictField(child=HeldAnswerOut())


class JournalOut(HeldAnswersOut):
    """The receipts of a batch, and where the chain goes on."""

    results = ReceiptOut(many=True)
    next_sequence = serializers.IntegerField()
    head_hash = serializers.CharField()


class HeadsOut(HeldAnswersOut):
    """Where the chain of each device goes on, and the answers of the open section."""

    devices = HeadOut(many=True)


class AccommodationIn(serializers.Serializer[Any]):
    """More time and breaks to grant, and demands of monitoring to lift."""

    agent = serializers.UUIDField()
    extra_percent = serializers.IntegerField(min_value=0, max_value=200, required=False)
    break_minutes = serializers.IntegerField(min_value=0, max_value=120, required=False)
    waives = serializers.ListField(
        child=serializers.ChoiceField(MonitoringDemand.choices), required=False
    )
    reason = serializers.CharField(max_length=300)
    valid_from = serializers.DateField()
    until = serializers.DateField(required=False, allow_null=True)


class AccommodationOut(serializers.Serializer[Any]):
    """More time and breaks that an agent has, and lifted demands."""

    id = serializers.UUIDField()
    agent = serializers.UUIDField(source="agent_id")
    extra_percent = serializers.IntegerField()
    break_minutes = serializers.IntegerField()
    waives = serializers.ListField(child=serializers.ChoiceField(MonitoringDemand.choices))
    reason = serializers.CharField()
    valid_from = serializers.DateField()
    until = serializers.DateField(allow_null=True)
    revoked_at = serializers.DateTimeField(allow_null=True)


RescueIn = form_serializer(forms.RescueForm, "RescueIn")
RescueDecisionIn = form_serializer(forms.RescueDecisionForm, "RescueDecisionIn")


class RescueOut(serializers.Serializer[Any]):
    """A rescue file and the decision. `counts` says how many entries are new, known or useless."""

    id = serializers.UUIDField()
    uploaded_at = serializers.DateTimeField()
    state = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()


class StaffRescueOut(RescueOut):
    """A rescue file as staff see it."""

    sitting = serializers.UUIDField(source="sitting_id")
