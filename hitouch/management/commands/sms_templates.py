"""`manage.py sms_templates`: the SMS texts to register with India's operators, with their ids."""

from typing import Any

from django.core.management.base import BaseCommand

from hitouch.core.outbox import gsm, sms_templates


class Command(BaseCommand):
    """`manage.py sms_templates`; `HITOUCH_SMS=off` lets it run while ids are missing."""

    help = "Print each SMS template as registered in the operator's DLT portal, and its id."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Print each text, then how many have no id yet."""
        ids = sms_templates.dlt_template_ids()
        for text in sms_templates.sms_templates().values():
            self._show(text, ids.get(text.name, ""))
        without = [name for name in sms_templates.sms_templates() if name not in ids]
        self.stdout.write(
            f"{len(sms_templates.sms_templates())} texts, {len(without)} without an id."
        )

    def _show(self, text: sms_templates.SmsTemplate, given: str) -> None:
        kinds = (
            "numeric" if name in sms_templates.NUMERIC else "alphanumeric" for name in text.slots
        )
        self.stdout.write(f"{text.name}: {given or 'no id yet'}")
        self.stdout.write(f"  category: {text.category}")
        self.stdout.write(f"  variables: {', '.join(kinds)}")
        self.stdout.write(f"  segments at most: {gsm.segments(text.longest)}")
        self.stdout.write("\n".join(f"  | {line}" for line in text.registered.splitlines()))
        self.stdout.write("")
