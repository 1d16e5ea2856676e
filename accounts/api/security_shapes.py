"""What programs get of sign-ins and of what happened."""

from typing import Any

from rest_framework import serializers


class SignInOut(serializers.Serializer[Any]):
    """One browser or one program in which the person is signed in."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(["browser", "program"])
    device = serializers.CharField(help_text="Such as “Chrome on Android”, or a program's name.")
    place = serializers.CharField(help_text="A country or a kind of network; may be empty.")
    network = serializers.CharField(help_text="The network address, masked.")
    since = serializers.DateTimeField()
    last_used_at = serializers.DateTimeField(help_text="Exact to five minutes.")
    is_here = serializers.BooleanField(help_text="Whether it is the one that asks.")


class SignInsOut(serializers.Serializer[Any]):
    """All of them: there is one page."""

    data = SignInOut(many=True)  # type: ignore[assignment]
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class HappeningOut(serializers.Serializer[Any]):
    """One thing that happened to the account."""

    at = serializers.DateTimeField()
    what = serializers.CharField(help_text="Such as “log_in.wrong” or “account.password_changed”.")
    words = serializers.CharField(help_text="The same as a sentence for people.")
    device = serializers.CharField()
    place = serializers.CharField()
    network = serializers.CharField(help_text="The network address, masked.")


class ActivityOut(serializers.Serializer[Any]):
    """A page of what happened, newest first."""

    data = HappeningOut(many=True)  # type: ignore[assignment]
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
