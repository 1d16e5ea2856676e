"""What programs of partners send for a token and get."""

from typing import Any

from rest_framework import serializers


class TokenIn(serializers.Serializer[Any]):
    """The client's id and secret stand in an HTTP Basic header, or here."""

    grant_type = serializers.ChoiceField(choices=["client_credentials"])
    scope = serializers.CharField(required=False, help_text="With blanks between; all if left out.")
    client_id = serializers.CharField(required=False)
    client_secret = serializers.CharField(required=False)


class TokenOut(serializers.Serializer[Any]):
    """A token; shown now and never again."""

    access_token = serializers.CharField()
    token_type = serializers.ChoiceField(choices=["Bearer"])
    expires_in = serializers.IntegerField(help_text="Seconds.")
    scope = serializers.CharField()


class RevokeIn(serializers.Serializer[Any]):
    """A token of the client that asks."""

    token = serializers.CharField()
    client_id = serializers.CharField(required=False)
    client_secret = serializers.CharField(required=False)


class OAuthErrorOut(serializers.Serializer[Any]):
    """RFC 6749, section 5.2."""

    error = serializers.CharField(help_text="A word for programs.")
    error_description = serializers.CharField(required=False)
