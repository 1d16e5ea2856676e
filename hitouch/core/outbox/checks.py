"""What is foolish in the settings of SMS, each in one sentence."""

from typing import Any
from urllib.parse import urlsplit

import yaml
from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

from hitouch.core.outbox import senders, sms_templates

HOME = ("127.0.0.1", "localhost", "::1")
NEEDED = ("HITOUCH_SMS_ACCOUNT", "HITOUCH_SMS_SECRET", "HITOUCH_SMS_FROM")
ALSO = {"exotel": ("HITOUCH_SMS_KEY", "HITOUCH_SMS_ENTITY"), "twilio": ()}


def require_sms_settings() -> None:
    """Asked when a process starts: with a provider chosen, what it needs has to be there."""
    if found := sms_errors():
        raise ImproperlyConfigured(found[0])


def sms_errors() -> list[str]:
    """Why SMS could not go out although a provider is chosen."""
    provider = settings.HITOUCH_SENDERS["SMS"]
    if provider not in senders.PAID:
        return []
    needed = (*NEEDED, *ALSO[provider])
    missing = [name for name in needed if not getattr(settings, name)]
    found = [f"HITOUCH_SMS is {provider}: set {', '.join(missing)} too."] if missing else []
    return found + _address_faults() + _registration_faults()


def _address_faults() -> list[str]:
    url = urlsplit(settings.HITOUCH_SMS_URL)
    if not settings.HITOUCH_SMS_URL or url.scheme == "https":
        return []
    if url.scheme == "http" and url.hostname in HOME:
        return []
    return ["HITOUCH_SMS_URL has to begin with https://; only this machine may be asked without."]


def _registration_faults() -> list[str]:
    ask = "`HITOUCH_SMS=off manage.py sms_templates` prints what to register."
    try:
        ids = sms_templates.dlt_template_ids()
    except (OSError, ValueError, AttributeError, yaml.YAMLError):
        return ["HITOUCH_SMS_TEMPLATE_IDS: the file can not be read as a list of name: id."]
    without = [name for name in sms_templates.sms_templates() if not ids.get(name, "").isdigit()]
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
    """`manage.py check`: what stops a start, and what is allowed but hardly meant."""
    found: list[checks.CheckMessage] = [
        checks.Error(fault, id="hitouch.E001") for fault in sms_errors()
    ]
    if settings.HITOUCH_SENDERS["SMS"] in senders.PAID:
        found += [checks.Warning(doubt, id="hitouch.W001") for doubt in _doubts()]
    return found


def _doubts() -> list[str]:
    doubts = []
    if not settings.HITOUCH_OPERATIONS_MAIL:
        doubts.append("HITOUCH_OPERATIONS_MAIL is empty: nobody is told when SMS cost too much.")
    if settings.HITOUCH_SMS_PAISE_A_DAY < 4 * settings.HITOUCH_SMS_PAISE:
        doubts.append("HITOUCH_SMS_PAISE_A_DAY is not enough for four SMS a day.")
    if "*" in settings.HITOUCH_SMS_REGIONS:
        doubts.append("HITOUCH_SMS_REGIONS lets every country in: watch what SMS cost.")
    return doubts
