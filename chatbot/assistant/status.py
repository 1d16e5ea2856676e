"""What is said about the language model: in `/readyz`, in system checks, and to users."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from chatbot.assistant import client
from chatbot.models import HelpLanguage

_NOTICES = {
    HelpLanguage.EN: "The text of your questions may be sent to {host}, without identity numbers "
    "and contact details. You can switch this off.",
    HelpLanguage.HI: "आपके सवालों का टेक्स्ट {host} को भेजा जा सकता है, "
    "पहचान नंबरों और संपर्क जानकारी के बिना। आप इसे बंद कर सकते हैं।",
    HelpLanguage.HINGLISH: "Aapke sawaalon ka text {host} ko bheja ja sakta hai, identity numbers "
    "aur contact details ke bina. Aap ise band kar sakte hain.",
}


def status_note() -> str:
    """The line in `/readyz`: whether a model is used."""
    if not client.is_configured():
        return "Help answers from the FAQ alone: no language model is configured."
    return f"Help may ask a language model at {client.host()}."


def model_notice(language: str) -> str:
    """What users are told before they write; empty when no text leaves the site."""
    if not client.is_configured():
        return ""
    return _NOTICES[HelpLanguage(language)].format(host=client.host())


@checks.register("chatbot")
def check_model(**kwargs: Any) -> list[checks.CheckMessage]:
    """The model's settings: both or none, and encrypted transport outside development."""
    url, name = settings.HITOUCH_HELP_MODEL_URL, settings.HITOUCH_HELP_MODEL_NAME
    if bool(url) != bool(name):
        hint = "Set both HITOUCH_HELP_MODEL_URL and HITOUCH_HELP_MODEL_NAME, or none."
        return [
            checks.Error("Help's language model is half configured.", hint=hint, id="hitouch.E060")
        ]
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query):
        hint = "Write HITOUCH_HELP_MODEL_URL as https://host/v1."
        return [checks.Error("The model's address is not valid.", hint=hint, id="hitouch.E061")]
    if parts.scheme == "http" and not settings.DEBUG and parts.hostname not in _OWN_MACHINE:
        hint = "Use https: questions of users are sent there."
        return [checks.Error("The model's address is not encrypted.", hint=hint, id="hitouch.E062")]
    return []


_OWN_MACHINE = ("127.0.0.1", "::1", "localhost")
