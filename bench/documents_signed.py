"""Documents in their issuers' forms, and forged ones: how many are accepted.

xmlsec is the oracle: each form counts only if it verifies it, and each document that it does not
verify has to be refused. What the standard allows and our rules refuse is counted apart.
"""

import importlib
import os
import time
from collections import Counter
from typing import Any

import django
from _harness import report

LEAST_FORMS, LEAST_FORGERIES, MUTATIONS = 35, 400, 3000


def figures(variants: Any, forms: Any) -> dict[str, tuple[float, float]]:
    """Try all of them."""
    began, tried = time.perf_counter(), 0
    accepted = misread = 0
    for trial in variants.valid():
        verified = forms.xmlsec_accepts(trial.data, variants.ISSUER)
        refusal, tried = trial.refusal(), tried + 1
        accepted += verified and not refusal
        misread += verified == bool(refusal)
        if refusal or not verified:
            print(f"{trial.name}: {refusal or 'accepted'}, xmlsec {verified}")
    odd = list(variants.odd())
    refused_odd = [trial.name for trial in odd if trial.refusal()]
    reasons: Counter[str] = Counter()
    believed, stricter = [], 0
    for trial in variants.forged():
        reason = trial.refusal()
        reasons[reason] += 1
        if not reason:
            believed.append(trial.name)
        if not trial.is_costly:
            stricter += forms.xmlsec_accepts(trial.data, variants.ISSUER)
    for name in (*believed, *refused_odd):
        print(name)
    beyond = sum(
        not (trial.refusal() or forms.xmlsec_accepts(trial.data, variants.ISSUER))
        for trial in variants.mutated(MUTATIONS)
    )
    count = sum(reasons.values())
    print(
        f"{accepted} of {tried} forms accepted, {len(odd) - len(refused_odd)} of {len(odd)} odd "
        f"documents, {len(believed)} of {count} forgeries ({stricter} of them valid by the "
        f"standard, refused by our rules); {time.perf_counter() - began:.1f} s"
    )
    print("refused as " + ", ".join(f"{name} {number}" for name, number in reasons.most_common()))
    return {
        "signed: forms of issuers refused": (misread, 0),
        f"signed: forms short of {LEAST_FORMS}": (max(0, LEAST_FORMS - accepted), 0),
        "signed: genuine documents with odd facts refused": (len(refused_odd), 0),
        "signed: forgeries believed": (len(believed), 0),
        f"signed: of {MUTATIONS} random changes, accepted and refused by xmlsec": (beyond, 0),
        f"signed: forgeries short of {LEAST_FORGERIES}": (max(0, LEAST_FORGERIES - count), 0),
    }


def main() -> None:
    """Set up and report."""
    os.environ.setdefault("HITOUCH_DEBUG", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hitouch.settings")
    django.setup()
    forms = importlib.import_module("onboarding.tests.support.signed_forms")
    report(figures(importlib.import_module("_signed_variants"), forms))


if __name__ == "__main__":
    main()
