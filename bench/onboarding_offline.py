"""Hostile files for offline e-KYC: how many are accepted, and what refusing the worst costs."""

import importlib
import logging
import os
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import django
from _harness import report
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import override_settings

from hitouch.core.errors import Refusal
from hitouch.fakes.uidai import INDIA, Uidai
from onboarding.tests.support import offline_ekyc_attacks

#: How many copies of the genuine document are tried, each with one other byte changed.
FLIPS = 300


def _services() -> Any:
    return importlib.import_module("onboarding.kyc.offline_ekyc.services")


def outcome(data: bytes, at: datetime) -> tuple[str, float]:
    """The code of the refusal ("" when accepted) and the seconds."""
    began = time.perf_counter()
    upload = SimpleUploadedFile("offlineaadhaar.zip", data, "application/zip")
    try:
        _services().read_offline_ekyc(upload=upload, share_code=offline_ekyc_attacks.CODE, at=at)
    except Refusal as refusal:
        return refusal.code, time.perf_counter() - began
    return "", time.perf_counter() - began


def flipped(office: Uidai, at: datetime) -> int:
    """How many files with one changed byte in the signed document are accepted."""
    xml, got_in = offline_ekyc_attacks.true_xml(office, at), 0
    end = xml.index(b"<Signature")
    for number in range(FLIPS):
        place = 1 + (end - 2) * number // FLIPS
        spoiled = xml[:place] + bytes([xml[place] ^ 1]) + xml[place + 1 :]
        got_in += outcome(offline_ekyc_attacks.zipped(spoiled), at)[0] == ""
    return got_in


def main() -> None:
    """Try each attack, and the genuine file they are made from."""
    os.environ |= {"HITOUCH_DEBUG": "1", "DJANGO_SETTINGS_MODULE": "hitouch.settings"}
    django.setup()
    logging.disable(logging.WARNING)
    office, at = Uidai(), datetime.now(INDIA)
    with tempfile.TemporaryDirectory() as made:
        pinned = office.signer.pin(Path(made), "uidai")
        with override_settings(HITOUCH_UIDAI_CERTIFICATES=str(pinned)):
            honest = office.zipped(offline_ekyc_attacks.PERSON, offline_ekyc_attacks.WISH, at=at)
            refused_honest, _ = outcome(honest, at)
            found = {
                name: (attack, *outcome(attack.made(office, at), at))
                for name, attack in offline_ekyc_attacks.attacks().items()
            }
            flips = flipped(office, at)
    accepted = [name for name, (_, code, _) in found.items() if not code]
    misnamed = [name for name, (attack, code, _) in found.items() if code not in ("", attack.code)]
    slowest = max(found, key=lambda name: found[name][2])
    for name in (*accepted, *misnamed):
        print(f"{name}: {found[name][1] or 'got in'}")
    print(f"{len(found)} attacks and {FLIPS} flipped bytes; {slowest} took longest")
    report({
        "e-KYC attacks that got in": (len(accepted), 0),
        "e-KYC files with one byte changed that got in": (flips, 0),
        "e-KYC attacks refused under another name": (len(misnamed), 0),
        "honest e-KYC files refused": (bool(refused_honest), 0),
        "seconds for the worst e-KYC file": (found[slowest][2], 2),
    })  # fmt: skip


if __name__ == "__main__":
    main()
