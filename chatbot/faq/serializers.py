"""What programs get of the FAQ, and send."""

from typing import Any

from rest_framework import serializers

from chatbot.faq import forms
from chatbot.faq.records import LONGEST_ANSWER, LONGEST_QUESTION
from chatbot.models import FaqEntry, FaqPhrasing, FaqText, FaqVersion, HelpLanguage
from hitouch.core.api.form_serializers import form_serializer


class HelpLinkOut(serializers.Serializer):
    """A link below an answer."""

    label = serializers.CharField()  # type: ignore[assignment]
    url = serializers.CharField()


class HelpAnswerOut(serializers.Serializer):
    """An answer of the FAQ as it is today."""

    id = serializers.UUIDField(source="entry_id")
    version = serializers.UUIDField(source="version_id", help_text="Names this wording.")
    key = serializers.CharField()
    language = serializers.CharField()
    question = serializers.CharField()
    answer = serializers.CharField(source="text")
    links = HelpLinkOut(many=True)


class HelpCategoryOut(serializers.Serializer):
    """A heading of the help page with its answers."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    entries = HelpAnswerOut(many=True)


class FaqTextOut(serializers.ModelSerializer):
    """The texts of a version, with slots as written."""

    class Meta:
        model = FaqText
        fields = ["language", "question", "answer"]


class FaqVersionOut(serializers.ModelSerializer):
    """A version of an entry."""

    texts = FaqTextOut(many=True)

    class Meta:
        model = FaqVersion
        fields = ["id", "entry", "number", "state", "note", "published_at", "texts"]


class FaqPhrasingOut(serializers.ModelSerializer):
    """A way to ask an entry."""

    class Meta:
        model = FaqPhrasing
        fields = ["id", "language", "text", "origin"]


class FaqEntryOut(serializers.ModelSerializer):
    """An entry in a list."""

    category = serializers.CharField(source="category.title")
    published = serializers.UUIDField(source="version_id", allow_null=True)

    class Meta:
        model = FaqEntry
        fields = ["id", "key", "category", "is_active", "published"]


class FaqEntryDetailOut(FaqEntryOut):
    """An entry with its versions, the newest first, and its phrasings."""

    versions = serializers.SerializerMethodField()
    phrasings = FaqPhrasingOut(many=True)

    class Meta(FaqEntryOut.Meta):
        fields = [*FaqEntryOut.Meta.fields, "versions", "phrasings"]

    def get_versions(self, entry: FaqEntry) -> list[dict[str, Any]]:
        """All versions."""
        rows = sorted(entry.versions.all(), key=lambda row: -row.number)
        return list(FaqVersionOut(rows, many=True).data)


class FaqReportOut(serializers.Serializer):
    """What a draft would change in the matcher's answers to labelled messages."""

    faults = serializers.ListField(
        child=serializers.CharField(), help_text="Why the texts cannot be published."
    )
    is_examined = serializers.BooleanField(help_text="Whether there was a matcher to ask.")
    precision_before = serializers.FloatField(allow_null=True)
    precision_after = serializers.FloatField(allow_null=True)
    shadows = serializers.ListField(child=serializers.CharField())
    never_reached = serializers.ListField(child=serializers.CharField())
    moves = serializers.ListField(child=serializers.CharField())


class FaqFaultOut(serializers.Serializer):
    """A fault of an entry that is shown."""

    key = serializers.CharField(source="entry.key")
    language = serializers.CharField()
    text = serializers.CharField()


class FaqSlotOut(serializers.Serializer):
    """A slot that texts may name."""

    name = serializers.CharField()
    help_text = serializers.CharField()  # type: ignore[assignment]
    value = serializers.CharField(help_text="Its value today, in English.")


class FaqImportOut(serializers.Serializer):
    """What an import did."""

    entries = serializers.IntegerField()
    drafts = serializers.IntegerField()
    phrasings = serializers.IntegerField()


class FaqEntryIn(serializers.Serializer):
    """A new entry, with its English text."""

    category = serializers.UUIDField()
    key = serializers.SlugField(max_length=60, help_text="It never changes.")
    question = serializers.CharField(max_length=LONGEST_QUESTION)
    answer = serializers.CharField(max_length=LONGEST_ANSWER)


class FaqSourceIn(serializers.Serializer):
    """What a draft is made of: an answered custom question, or an answer of support."""

    category = serializers.UUIDField()
    custom_question = serializers.UUIDField(required=False)
    ticket_answer = serializers.UUIDField(required=False)
    question = serializers.CharField(
        required=False,
        max_length=LONGEST_QUESTION,
        help_text="Needed with an answer of support: what it answers, without personal details.",
    )
    language = serializers.ChoiceField(HelpLanguage.choices, required=False)


FaqTextIn = form_serializer(forms.FaqTextForm, "FaqTextIn")
FaqPhrasingIn = form_serializer(forms.FaqPhrasingForm, "FaqPhrasingIn")
FaqActiveIn = form_serializer(forms.FaqActiveForm, "FaqActiveIn")
FaqFileIn = form_serializer(forms.FaqFileForm, "FaqFileIn")
