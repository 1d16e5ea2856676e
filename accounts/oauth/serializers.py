"""Request and response bodies of the OAuth endpoints."""

from typing import Any

from rest_framework import serializers


class TokenIn(serializers.Serializer[Any]):
    """Send the client ID and secret in an HTTP Basic header, or here."""

    grant_type = serializers.ChoiceField(choices=["client_credentials"])
    scope = serializers.CharField(
        required=False, help_text="Separated by spaces. All granted scopes if left out."
    )
    client_id = serializers.CharField(required=False)
    client_secret = serializers.CharField(required=False)


class TokenOut(serializers.Serializer[Any]):
    """A token, shown only once."""

    access_token = serializers.CharField()
    token_type = serializers.ChoiceField(choices=["Bearer"])
    expires_in = serializers.IntegerField(help_text="Seconds.")
    scope = serializers.CharField()


class RevokeIn(serializers.Serializer[Any]):
    """A token of the calling client."""

    token = serializers.CharField()
    client_id = serializers.CharField(required=False)
    client_secret = serializers.CharField(required=False)


class OAuthErrorOut(serializers.Serializer[Any]):
    """RFC 6749, section 5.2."""

    error = serializers.CharField(help_text="An error code.")
    error_description = serializers.CharField(required=False)
