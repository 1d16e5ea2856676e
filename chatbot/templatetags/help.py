"""Template filters of Help."""

from datetime import datetime

from django import template
from django.utils import timezone

from chatbot.models import HelpLanguage
from hitouch.core.templatetags.hitouch import moment
from hitouch.core.web.humanize import clock_text

register = template.Library()
#: Language tags (BCP 47) of the languages of Help.
TAGS = {HelpLanguage.EN: "en-IN", HelpLanguage.HI: "hi", HelpLanguage.HINGLISH: "hi-Latn"}


@register.filter
def html_language(language: str) -> str:
    """The value of an HTML `lang` attribute for a language of Help."""
    return TAGS.get(HelpLanguage(language), "en-IN") if language else "en-IN"


@register.filter
def said_at(at: datetime) -> str:
    """When a message was written: "2:05 pm" today, with the day before."""
    local = timezone.localtime(at)
    return clock_text(local) if local.date() == timezone.localdate() else moment(at)
