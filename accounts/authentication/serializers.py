"""Request and response bodies of log-in, sign-up, passwords, contacts and the current user."""

from typing import Any

from rest_framework import serializers

CONTACT_HELP = (
    "An email address, or a phone number (E.164, or an Indian number without the country code)."
)


class ContactIn(serializers.Serializer[Any]):
    """A contact."""

    contact = serializers.CharField(help_text=CONTACT_HELP)


class ContactCodeIn(ContactIn):
    """A contact and the code sent to it."""

    code = serializers.RegexField(r"^\d{6}$")


class CodeTicketOut(serializers.Serializer[Any]):
    """Send the ticket back with the code. It is returned for every contact, known or not."""

    ticket = serializers.CharField()


class TicketCodeIn(serializers.Serializer[Any]):
    """The ticket, and the code that was sent."""

    ticket = serializers.CharField()
    code = serializers.RegexField(r"^\d{6}$")


class ProofIn(serializers.Serializer[Any]):
    """One of: the password, a second factor code, or a code that was sent."""

    password = serializers.CharField(required=False)
    second_factor = serializers.CharField(required=False)
    code = serializers.CharField(required=False, help_text="Sent by /me/proof/code/.")


class ProofCodeOut(serializers.Serializer[Any]):
    """Where the code was sent."""

    contact = serializers.CharField(help_text="Masked.")


class SignUpTokenOut(serializers.Serializer[Any]):
    """Valid once, for 15 minutes."""

    sign_up_token = serializers.CharField()


class SignUpPasswordIn(serializers.Serializer[Any]):
    """The last step of signing up."""

    sign_up_token = serializers.CharField()
    password = serializers.CharField()


class ResetTokenOut(serializers.Serializer[Any]):
    """Valid once, for 15 minutes."""

    reset_token = serializers.CharField()


class ResetPasswordIn(serializers.Serializer[Any]):
    """The last step of a reset."""

    reset_token = serializers.CharField()
    password = serializers.CharField()


class TokensIn(serializers.Serializer[Any]):
    """A login: a contact and password, or a ticket and code.

    A second factor where the account has one.
    """

    contact = serializers.CharField(required=False, help_text=CONTACT_HELP)
    password = serializers.CharField(required=False)
    ticket = serializers.CharField(required=False, help_text="Returned by /auth/log-in/code/.")
    code = serializers.CharField(required=False, help_text="Sent by /auth/log-in/code/.")
    second_factor = serializers.CharField(
        required=False, help_text="Code from the authenticator app, or a recovery code."
    )


class RefreshIn(serializers.Serializer[Any]):
    """A refresh token. It can be used once; within 10 seconds the answer can be repeated."""

    refresh_token = serializers.CharField()


class RefreshedOut(serializers.Serializer[Any]):
    """A new pair of tokens."""

    access_token = serializers.CharField()
    token_type = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="Seconds.")
    refresh_token = serializers.CharField()


class TokensOut(RefreshedOut):
    """Tokens, and the next step."""

    next_step = serializers.CharField()


class ChangePasswordIn(serializers.Serializer[Any]):
    """The current password and the new one."""

    present_password = serializers.CharField()
    password = serializers.CharField()


class MeOut(serializers.Serializer[Any]):
    """The current user. Contacts are masked."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    email = serializers.CharField(allow_null=True)
    phone = serializers.CharField(allow_null=True)
    email_verified = serializers.BooleanField()
    phone_verified = serializers.BooleanField()
    roles = serializers.ListField(child=serializers.CharField())
    consents_due = serializers.ListField(
        child=serializers.CharField(), help_text="Consents to request with POST /me/consents/."
    )
    next_step = serializers.CharField()
