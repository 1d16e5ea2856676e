"""What programs get about notices."""

from typing import Any

from rest_framework import serializers

from accounts.models import Notice, NoticeCategory, NoticePreference


class NoticeOut(serializers.ModelSerializer[Notice]):
    """Something that the person was told."""

    title = serializers.CharField()
    text = serializers.CharField()
    is_read = serializers.BooleanField()

    class Meta:
        model = Notice
        fields = ("id", "kind", "category", "title", "text", "path", "at", "is_read", "read_at")


class UnreadCountOut(serializers.Serializer[Any]):
    """How many notices are unread."""

    unread = serializers.IntegerField()


class CategoryChoiceOut(serializers.Serializer[Any]):
    """How the notices of a category are sent."""

    category = serializers.ChoiceField(NoticeCategory.choices)
    name = serializers.CharField(source="category.label", help_text="The category in words.")
    mail = serializers.ChoiceField(NoticePreference.Mail.choices)
    sms = serializers.BooleanField()
    is_mandatory = serializers.BooleanField(help_text="Whether it cannot be changed.")


class NoticePreferencesOut(serializers.Serializer[Any]):
    """Quiet hours, the hour of the summary, and each category. Times are India's."""

    has_quiet_hours = serializers.BooleanField()
    quiet_from = serializers.TimeField()
    quiet_until = serializers.TimeField()
    digest_hour = serializers.IntegerField()
    categories = CategoryChoiceOut(many=True)
