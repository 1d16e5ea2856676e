"""Request and response bodies of log-in, sign-up, passwords, contacts and the current user."""

from typing import Any

from rest_framework import serializers

CONTACT_HELP = (
    "An email address, or a phone number (E.164, or an Indian number without the country code)."
)


class ContactIn(serializers.Serializer[Any]):
    """A contact."""

    contact = serializers.CharField(help_text=CONTACT_HELP)


class CodeRequestIn(ContactIn):
    """A contact to send a code to, and what shows who asks."""

    device_token = serializers.CharField(
        required=False,
        help_text="From the last login of this app: strangers' requests do not count for it.",
    )
    challenge = serializers.CharField(
        required=False, help_text="The text of a challenge, as it was received."
    )
    solution = serializers.CharField(
        required=False, help_text="The numbers that solve the challenge, joined by dots."
    )


class ChallengeOut(serializers.Serializer[Any]):
    """A calculation: for each part from 0 find a number, from 0 up, that solves it.

    It does when the SHA-256 of `text:part:number` (ASCII, decimal numbers) begins with `bits` zero
    bits. Send `challenge` (the text) and `solution` with the same request again, once.
    """

    algorithm = serializers.CharField(help_text="`sha-256`.")
    text = serializers.CharField()
    parts = serializers.IntegerField()
    bits = serializers.IntegerField()
    expires_at = serializers.DateTimeField()


class CodeRefusedOut(serializers.Serializer[Any]):
    """A problem: no code is sent now. `Retry-After` says when to ask without a challenge."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="`too_many_codes` or `challenge_required`.")
    detail = serializers.CharField()
    instance = serializers.CharField()
    request_id = serializers.CharField()
    reason = serializers.CharField(
        required=False,
        help_text="What was used up: `cooldown`, `contact`, `account`, `network` or `sms`.",
    )
    challenge = ChallengeOut(required=False)


class ContactCodeIn(ContactIn):
    """A contact and the code sent to it."""

    code = serializers.RegexField(r"^\d{6}$")


class CodeTicketOut(serializers.Serializer[Any]):
    """Send the ticket back with the code. It is returned for every contact, known or not."""

    ticket = serializers.CharField()


CODE_RESPONSES = {
    202: CodeTicketOut,
    (429, "application/problem+json"): CodeRefusedOut,
}


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
    device_token = serializers.CharField(
        required=False, help_text="From the last login of this app, if there was one."
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
    device_token = serializers.CharField(
        help_text="Keep it after logout, and send it when you log in or request a code."
    )


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
