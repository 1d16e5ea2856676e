"""Response bodies of sessions and account activity."""

from typing import Any

from rest_framework import serializers


class SignInOut(serializers.Serializer[Any]):
    """One active session in a browser or an app."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(["browser", "program"])
    device = serializers.CharField(help_text="Such as “Chrome on Android”, or an app's name.")
    place = serializers.CharField(help_text="A country or a type of network. May be empty.")
    network = serializers.CharField(help_text="The IP address, masked.")
    since = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(help_text="Accurate to five minutes.")
    is_here = serializers.BooleanField(help_text="Whether it is the current session.")


class SignInsOut(serializers.Serializer[Any]):
    """All active sessions, on one page."""

    data = SignInOut(many=True)  # type: ignore[assignment]
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class HappeningOut(serializers.Serializer[Any]):
    """One event of the account."""

    at = serializers.DateTimeField()
    what = serializers.CharField(help_text="Such as “log_in.wrong” or “account.password_changed”.")
    words = serializers.CharField(help_text="The same as readable text.")
    device = serializers.CharField()
    place = serializers.CharField()
    network = serializers.CharField(help_text="The IP address, masked.")


class ActivityOut(serializers.Serializer[Any]):
    """A page of account events, newest first."""

    data = HappeningOut(many=True)  # type: ignore[assignment]
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
