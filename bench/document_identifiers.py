"""Odd spellings of identifiers, through the forms that pages and API use.

Each spelling of `bench/data/identifiers.tsv` is sent to the API as JSON and, if it is a text, to
the page. It is taken as another when it is accepted with a value that its truth does not allow.
"""

import argparse
import csv
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
from _harness import report

SPELLINGS = Path(__file__).parent / "data" / "identifiers.tsv"
REFUSED = "REFUSED"


def read_spellings() -> list[dict[str, str]]:
    with SPELLINGS.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE))


def accepted_values(truth: str) -> list[str]:
    """The values that may be stored."""
    _, has_value, value = truth.partition("=")
    if not has_value:
        return []
    found = json.loads(value)
    return found if isinstance(found, list) else [found]


def plain(kind: str, value: str) -> str:
    return value.casefold() if kind in ("email", "upi") else value


class Entrances:
    """Fields of the site's forms, each alone in a form, and what services make of their values."""

    def __init__(self) -> None:
        from accounts.authentication.forms import ContactForm
        from hitouch.core.errors import Refusal
        from onboarding import identifiers
        from onboarding.kyc.forms import PanForm
        from onboarding.payees import rules
        from onboarding.payees.forms import BankAccountForm
        from onboarding.profile.forms import NamesForm, PersonForm

        def full(pattern: Any, normalise: Callable[[str], str | None]) -> Callable[[str], Any]:
            return lambda text: value if pattern.fullmatch(value := normalise(text) or "") else None

        contact = ContactForm.base_fields["contact"]
        bank = BankAccountForm.base_fields
        self.refusal = Refusal
        self.holds_aadhaar = identifiers.holds_full_aadhaar
        self.fields: dict[str, tuple[Any, Callable[[str], Any]]] = {
            "phone": (contact, str),
            "email": (contact, str),
            "account": (
                bank["account_number"],
                full(rules.ACCOUNT_NUMBER, rules.normalise_account_number),
            ),
            "ifsc": (bank["ifsc"], full(rules.IFSC, rules.normalise_ifsc)),
            "upi": (bank["vpa"], full(rules.VPA, rules.normalise_vpa)),
            "pan": (PanForm.base_fields["number"], identifiers.normalise_pan),
            "pin": (PersonForm.base_fields["current_pin"], str),
            "name": (NamesForm.base_fields["given_name"], self.name),
        }

    def name(self, text: str) -> str | None:
        return None if self.holds_aadhaar(text) else text

    def form_of(self, kind: str) -> Any:
        from django import forms

        return type("One", (forms.Form,), {"value": self.fields[kind][0]})

    def by_page(self, kind: str, typed: str) -> str | None:
        form = self.form_of(kind)({"value": typed})
        return self.stored(kind, form) if form.is_valid() else None

    def by_api(self, kind: str, typed: Any) -> str | None:
        from rest_framework.exceptions import APIException
        from rest_framework.parsers import JSONParser
        from rest_framework.request import Request
        from rest_framework.test import APIRequestFactory

        from hitouch.core.api.forms import validated_form

        body = json.dumps({"value": typed})
        sent = APIRequestFactory().post("/", body, content_type="application/json")
        try:
            form = validated_form(self.form_of(kind), Request(sent, parsers=[JSONParser()]))
        except APIException:
            return None
        return self.stored(kind, form)

    def stored(self, kind: str, form: Any) -> str | None:
        try:
            value = self.fields[kind][1](form.cleaned_data["value"])
        except (self.refusal, ValueError):
            return None
        return None if value in (None, "") else str(value)

    def answers(self, kind: str, typed: Any) -> Iterator[tuple[str, str | None]]:
        yield "API", self.by_api(kind, typed)
        if isinstance(typed, str):
            yield "page", self.by_page(kind, typed)


def figures() -> dict[str, tuple[float, float]]:
    os.environ.setdefault("HITOUCH_DEBUG", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hitouch.settings")
    django.setup()
    site = Entrances()
    counts: Counter[str] = Counter()
    by_kind: Counter[tuple[str, str]] = Counter()
    for row in read_spellings():
        kind, typed, truth = row["kind"], json.loads(row["typed"]), row["truth"]
        counts["all"] += 1
        by_kind[kind, "all"] += 1
        if kind == "aadhaar_text":
            found = site.holds_aadhaar(typed)
            if found != (truth == "FOUND"):
                fault = "missed" if truth == "FOUND" else "flagged"
                counts[fault] += 1
                by_kind[kind, fault] += 1
                print(f"{kind:8} {fault:9} {row['typed']}  ({row['why']})")
            continue
        allowed = [plain(kind, value) for value in accepted_values(truth)]
        faults = set()
        for where, value in site.answers(kind, typed):
            if value is None:
                fault = "refused" if truth.startswith("=") else ""
            else:
                fault = "" if plain(kind, value) in allowed else "another"
            if fault:
                faults.add(fault)
                got = json.dumps(value)
                print(f"{kind:8} {fault:9} {row['typed']} → {got}  ({where}: {row['why']})")
        for fault in faults:
            counts[fault] += 1
            by_kind[kind, fault] += 1
    for kind in dict.fromkeys(kind for kind, _ in by_kind):
        faults = ", ".join(
            f"{number} {fault}" for (of, fault), number in by_kind.items() if of == kind
        )
        print(f"{kind:12} {faults}")
    return {
        "identifiers: taken as another": (counts["another"], 0),
        "identifiers: plain ones refused": (counts["refused"], 0),
        "identifiers: texts with an Aadhaar number that pass": (counts["missed"], 0),
        "identifiers: harmless texts called an Aadhaar number": (counts["flagged"], 0),
    }


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    report(figures())
