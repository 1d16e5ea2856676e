"""Serializers of the figures of Help."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from chatbot.analytics.figures import Summary
from chatbot.analytics.queries import RangeFigures


class ResponseTimesOut(serializers.Serializer[Any]):
    """How many replies, and their mean and 95th percentile."""

    count = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    p95 = serializers.FloatField(allow_null=True)


class SummaryOut(serializers.Serializer[Any]):
    """Counts and rates. A rate is from 0 to 1, or null if there is nothing to divide by."""

    conversations = serializers.SerializerMethodField()
    messages = serializers.SerializerMethodField()
    questions = serializers.SerializerMethodField()
    episodes = serializers.SerializerMethodField()
    replies = serializers.SerializerMethodField()
    outcomes = serializers.SerializerMethodField()
    standings = serializers.SerializerMethodField()
    durability = serializers.SerializerMethodField()
    thumbs = serializers.SerializerMethodField()
    satisfaction = serializers.SerializerMethodField()
    messages_per_conversation = serializers.FloatField(allow_null=True)
    faq_hit_rate = serializers.FloatField(allow_null=True)
    ai_rate = serializers.FloatField(allow_null=True)
    escalation_rate = serializers.FloatField(allow_null=True)
    answer_rate = serializers.FloatField(allow_null=True)
    durable_rate = serializers.FloatField(allow_null=True)
    helpful_rate = serializers.FloatField(allow_null=True)
    satisfied_after_help = serializers.FloatField(allow_null=True)
    satisfied_direct = serializers.FloatField(
        allow_null=True, help_text="The baseline: tickets that were not opened from Help."
    )
    milliseconds = serializers.SerializerMethodField()
    seconds = serializers.SerializerMethodField()

    def get_conversations(self, summary: Summary) -> int:
        return summary.count("conversations")

    def get_messages(self, summary: Summary) -> int:
        return summary.count("messages")

    def get_questions(self, summary: Summary) -> int:
        return summary.count("questions")

    def get_episodes(self, summary: Summary) -> int:
        return summary.count("episodes")

    def get_replies(self, summary: Summary) -> dict[str, int]:
        """First replies to questions, by source."""
        return dict(summary.table("replies"))

    def get_outcomes(self, summary: Summary) -> dict[str, int]:
        """How episodes ended."""
        return dict(summary.table("outcomes"))

    def get_standings(self, summary: Summary) -> dict[str, int]:
        """Whether answers were confirmed, assumed, or the person returned within a day."""
        return dict(summary.table("standings"))

    def get_durability(self, summary: Summary) -> dict[str, dict[str, int]]:
        """Whether the person returned within 7 days, by outcome."""
        return dict(summary.table("durability"))

    def get_thumbs(self, summary: Summary) -> dict[str, dict[str, int]]:
        """Thumbs by source."""
        return dict(summary.table("thumbs"))

    def get_satisfaction(self, summary: Summary) -> dict[str, dict[str, int]]:
        """Ratings of tickets: opened from Help, or directly."""
        return dict(summary.table("satisfaction"))

    @extend_schema_field(serializers.DictField(child=ResponseTimesOut()))
    def get_milliseconds(self, summary: Summary) -> dict[str, Any]:
        """Milliseconds until Help replied, by source of the reply; ALL for all."""
        return {name: ResponseTimesOut(times).data for name, times in summary.times.items()}

    @extend_schema_field(serializers.DictField(child=ResponseTimesOut()))
    def get_seconds(self, summary: Summary) -> dict[str, Any]:
        """Seconds until people answered: TICKET for first answers, CUSTOM for questions."""
        return {name: ResponseTimesOut(times).data for name, times in summary.waits.items()}


class PeriodOut(serializers.Serializer[Any]):
    """The figures of a day, or of a week of a long range."""

    first = serializers.DateField()
    last = serializers.DateField()
    figures = SummaryOut(source="summary")


class LanguageFiguresOut(serializers.Serializer[Any]):
    """One language of the range, and its last 14 days against all other languages."""

    language = serializers.CharField()
    figures = SummaryOut()
    is_behind = serializers.BooleanField(
        help_text="Significantly fewer questions are answered than in the other languages."
    )


class HelpFiguresOut(serializers.Serializer[Any]):
    """The figures of a range of days."""

    first = serializers.DateField()
    last = serializers.DateField()
    language = serializers.CharField()
    computed_at = serializers.DateTimeField(allow_null=True)
    total = SummaryOut()
    periods = PeriodOut(many=True)
    languages = serializers.SerializerMethodField()

    @extend_schema_field(LanguageFiguresOut(many=True))
    def get_languages(self, found: RangeFigures) -> list[Any]:
        """Each language by itself."""
        behind = self.context.get("behind", ())
        rows = [
            {"language": name, "figures": summary, "is_behind": name in behind}
            for name, summary in found.by_language.items()
        ]
        return list(LanguageFiguresOut(rows, many=True).data)


class UnansweredGroupOut(serializers.Serializer[Any]):
    """Questions without an answer that ask the same."""

    language = serializers.CharField()
    count = serializers.IntegerField()
    people = serializers.IntegerField()
    last_at = serializers.DateTimeField()
    samples = serializers.ListField(child=serializers.CharField())
    message = serializers.UUIDField(help_text="Make a phrasing or a draft of this one.")
