"""The language in which the pages of Help speak: the visitor's choice, kept in a cookie."""

from django.http import HttpRequest, HttpResponse

from chatbot.conversations.wording import language_or_english
from chatbot.models import HelpLanguage

COOKIE = "help_language"
COOKIE_SECONDS = 365 * 24 * 3600


def page_language(request: HttpRequest) -> str:
    """The language that was chosen, now or before; English otherwise."""
    chosen = request.GET.get("language")
    if chosen in HelpLanguage.values:
        return str(chosen)
    return language_or_english(request.COOKIES.get(COOKIE))


def keep_language(request: HttpRequest, response: HttpResponse) -> None:
    """Remember the language if the visitor has just chosen it."""
    chosen = request.GET.get("language")
    if chosen in HelpLanguage.values:
        response.set_cookie(
            COOKIE,
            str(chosen),
            max_age=COOKIE_SECONDS,
            samesite="Lax",
            secure=request.is_secure(),
            httponly=True,
        )
