"""System checks of the SMS settings."""

import re
from typing import Any
from urllib.parse import urlsplit

import yaml
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from hitouch.core.outbox import senders, sms_templates

LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
NEEDED = ("HITOUCH_SMS_ACCOUNT", "HITOUCH_SMS_SECRET", "HITOUCH_SMS_FROM")
ALSO = {"exotel": ("HITOUCH_SMS_KEY", "HITOUCH_SMS_ENTITY"), "twilio": ()}


def require_sms_settings() -> None:
    """Raise at start when a provider is chosen and its settings are incomplete."""
    if found := sms_errors():
        raise ImproperlyConfigured(found[0])


def sms_errors() -> list[str]:
    """Reasons why the chosen provider cannot send SMS."""
    provider = settings.HITOUCH_SENDERS["SMS"]
    if provider not in senders.PAID:
        return []
    needed = (*NEEDED, *ALSO[provider])
    missing = [name for name in needed if not getattr(settings, name)]
    found = [f"HITOUCH_SMS is {provider}: set {', '.join(missing)} too."] if missing else []
    return found + _url_errors() + _registration_errors()


def _url_errors() -> list[str]:
    url = urlsplit(settings.HITOUCH_SMS_URL)
    if not settings.HITOUCH_SMS_URL or url.scheme == "https":
        return []
    if url.scheme == "http" and url.hostname in LOCAL_HOSTS:
        return []
    return ["HITOUCH_SMS_URL has to begin with https://; only this machine may be asked without."]


def _registration_errors() -> list[str]:
    ask = "`HITOUCH_SMS=off manage.py sms_templates` prints what to register."
    try:
        ids = sms_templates.dlt_template_ids()
    except (OSError, ValueError, AttributeError, yaml.YAMLError):
        return ["HITOUCH_SMS_TEMPLATE_IDS: the file can not be read as a list of name: id."]
    without = [
        name
        for name in sms_templates.sms_templates()
        if not re.fullmatch("[0-9]+", ids.get(name, ""))
    ]
    unknown = [name for name in ids if name not in sms_templates.sms_templates()]
    found = []
    if without:
        found.append(f"HITOUCH_SMS_TEMPLATE_IDS has no id for {', '.join(without)}; {ask}")
    if unknown:
        found.append(f"HITOUCH_SMS_TEMPLATE_IDS names {', '.join(unknown)}, which we never send.")
    if len(set(ids.values())) < len(ids):
        found.append("HITOUCH_SMS_TEMPLATE_IDS gives one id to two texts.")
    return found


@checks.register()
def check_sms(**kwargs: Any) -> list[checks.CheckMessage]:
    """Errors that prevent a start, and warnings about unlikely settings."""
    found: list[checks.CheckMessage] = [
        checks.Error(fault, id="hitouch.E001") for fault in sms_errors()
    ]
    if settings.HITOUCH_SENDERS["SMS"] in senders.PAID:
        found += [checks.Warning(doubt, id="hitouch.W001") for doubt in _warnings()]
    return found


def _warnings() -> list[str]:
    doubts = []
    if not settings.HITOUCH_OPERATIONS_MAIL:
        doubts.append("HITOUCH_OPERATIONS_MAIL is empty: nobody is told when SMS cost too much.")
    if settings.HITOUCH_SMS_PAISE_A_DAY < 4 * settings.HITOUCH_SMS_PAISE:
        doubts.append("HITOUCH_SMS_PAISE_A_DAY is not enough for four SMS a day.")
    if "*" in settings.HITOUCH_SMS_REGIONS:
        doubts.append("HITOUCH_SMS_REGIONS lets every country in: watch what SMS cost.")
    return doubts
