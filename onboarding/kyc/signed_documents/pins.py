"""Pinned certificates of issuers, and what an operator has written down about each.

A setting names a PEM file or a folder of them. Beside `name.pem` may lie `name.yaml`:

    purposes: [aadhaar, pan]     # the documents it signs; without it: all of this setting
    issued_from: 2023-08-22      # the period in which it signed; without it: the certificate's own
    issued_until: 2026-03-31     # the last day, in Indian time
    allow_rsa_sha1: true         # signatures by RSA-SHA1 over a SHA-256 digest; never the default
    reason: Its signatures are made by RSA-SHA1 (file of 3 March 2026).

`allow_rsa_sha1` needs a reason and both days: it is a choice for one issuer and one period. The
files are read on each use, so that they can change without a restart.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import yaml
from cryptography import x509

from hitouch.core.india_time import INDIA
from onboarding.kyc.signed_documents.xmldsig import MIN_KEY_BITS, rsa_key

AADHAAR, PAN, OFFLINE_EKYC = "aadhaar", "pan", "offline_ekyc"
PURPOSES = frozenset({AADHAAR, PAN, OFFLINE_EKYC})
KEYS = frozenset({"purposes", "issued_from", "issued_until", "allow_rsa_sha1", "reason"})


class PinInvalid(Exception):
    """A pin's files cannot be used. The message names the file and the fault."""


@dataclass(frozen=True)
class Pin:
    """A trusted certificate, and how documents signed with it are judged."""

    certificate: x509.Certificate
    issued_from: datetime
    #: The first moment after the period.
    issued_until: datetime
    purposes: frozenset[str] = PURPOSES
    allow_rsa_sha1: bool = False

    @classmethod
    def of(cls, certificate: x509.Certificate, **choices: Any) -> "Pin":
        """A pin with the certificate's own period, unless chosen otherwise."""
        period = {
            "issued_from": certificate.not_valid_before_utc,
            "issued_until": certificate.not_valid_after_utc + timedelta(seconds=1),
        }
        return cls(certificate, **period | choices)

    def covers(self, moment: datetime) -> bool:
        """Whether a document issued at this moment is within the period."""
        return self.issued_from <= moment < self.issued_until


@dataclass(frozen=True)
class PinnedSigners:
    """The usable pins of a setting, and what is wrong with the others."""

    pins: tuple[Pin, ...] = ()
    faults: tuple[str, ...] = ()


def load_pins(path: str) -> PinnedSigners:
    """The pins at the path in a setting. An invalid one is left out, which a check reports."""
    if not path:
        return PinnedSigners()
    pins: list[Pin] = []
    faults: list[str] = []
    try:
        place = Path(path)
        files = sorted(place.glob("*.pem")) if place.is_dir() else [place]
    except OSError as fault:
        return PinnedSigners(faults=(f"{path}: {fault.strerror}",))
    for file in files:
        try:
            pins.extend(_pins_in(file))
        except PinInvalid as invalid:
            faults.append(str(invalid))
    if not files:
        faults.append(f"{path}: there is no PEM file in this folder")
    return PinnedSigners(tuple(pins), tuple(faults))


def _pins_in(file: Path) -> Iterator[Pin]:
    try:
        certificates = x509.load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as fault:
        raise PinInvalid(f"{file.name}: no certificate can be read from this file") from fault
    if not all(map(rsa_key, certificates)):
        raise PinInvalid(f"{file.name}: only RSA keys of {MIN_KEY_BITS} bits or more are accepted")
    choices = _choices(file.with_suffix(".yaml"))
    return iter([Pin.of(each, **choices) for each in certificates])


def _choices(file: Path) -> dict[str, Any]:
    """What the operator has written beside a certificate. Raises `PinInvalid`."""
    try:
        written = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    except (OSError, ValueError, yaml.YAMLError) as fault:
        raise PinInvalid(f"{file.name}: not YAML") from fault
    if not isinstance(written, dict) or not KEYS.issuperset(written):
        raise PinInvalid(f"{file.name}: only {', '.join(sorted(KEYS))} can be set")
    choices: dict[str, Any] = {}
    if "purposes" in written:
        choices["purposes"] = _purposes(file, written["purposes"])
    if "issued_from" in written:
        choices["issued_from"] = _start_of(file, written["issued_from"])
    if "issued_until" in written:
        choices["issued_until"] = _start_of(file, written["issued_until"], days=1)
    if _allows_sha1(file, written):
        choices["allow_rsa_sha1"] = True
    return choices


def _purposes(file: Path, written: Any) -> frozenset[str]:
    if not isinstance(written, list) or not written or not PURPOSES.issuperset(map(str, written)):
        raise PinInvalid(f"{file.name}: purposes is a list of {', '.join(sorted(PURPOSES))}")
    return frozenset(map(str, written))


def _start_of(file: Path, written: Any, *, days: int = 0) -> datetime:
    """The first moment of a day in India, or of a later one."""
    if not isinstance(written, date) or isinstance(written, datetime):
        raise PinInvalid(f"{file.name}: write days as 2026-03-31")
    return datetime.combine(written + timedelta(days), time(), INDIA).astimezone(UTC)


def _allows_sha1(file: Path, written: dict[str, Any]) -> bool:
    allowed = written.get("allow_rsa_sha1", False)
    if not isinstance(allowed, bool):
        raise PinInvalid(f"{file.name}: allow_rsa_sha1 is true or false")
    reason = str(written.get("reason") or "").strip()
    if allowed and not (reason and {"issued_from", "issued_until"} <= written.keys()):
        raise PinInvalid(
            f"{file.name}: allow_rsa_sha1 needs a reason, issued_from and issued_until"
        )
    return allowed
