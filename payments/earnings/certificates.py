"""Certificates for a lower rate of tax: one person in finance enters, another approves."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from psycopg.types.range import Range

from accounts.models import Agent, User
from accounts.security import audit
from hitouch.core.db.state_machine import InvalidTransition
from hitouch.core.errors import Refusal
from hitouch.core.india_time import day_of
from payments.models import LowerDeductionCertificate


class OwnCertificate(Refusal):
    """The person who entered a certificate cannot approve it (four-eyes principle)."""

    code = "own_certificate"
    message = "You entered this certificate, so someone else in finance must approve it."


class CertificateExists(Refusal):
    """The certificate was entered already, or another one is in force at the time."""

    code = "certificate_exists"
    message = "This certificate was entered already, or another one is in force on these days."


class CertificateExpired(Refusal):
    """The last day is before the first one, or in the past."""

    code = "certificate_expired"
    message = "The last day must not be before the first day, nor in the past."
    field = "ends_on"


@transaction.atomic
def enter_certificate(
    *,
    agent: Agent,
    kind: str,
    number: str,
    starts_on: date,
    ends_on: date,
    rate_bp: int,
    limit_paise: int,
    by: User,
    at: datetime,
) -> LowerDeductionCertificate:
    """Enter a certificate; it has no effect before another person approved it."""
    if ends_on < max(starts_on, day_of(at)):
        raise CertificateExpired
    try:
        with transaction.atomic():
            certificate = LowerDeductionCertificate.objects.create(
                agent=agent,
                kind=kind,
                number=number.strip().upper(),
                valid=Range(starts_on, ends_on, "[]"),
                rate_bp=rate_bp,
                limit_paise=limit_paise,
                entered_by=by,
            )
    except IntegrityError as fault:
        raise CertificateExists from fault
    new = {"number": certificate.number, "rate_bp": rate_bp, "limit_paise": limit_paise}
    audit.record_event(by=by, action="certificate.entered", on=certificate, at=at, new=new)
    return certificate


@transaction.atomic
def approve_certificate(
    *, certificate: LowerDeductionCertificate, by: User, at: datetime
) -> LowerDeductionCertificate:
    """Let the certificate apply to payments from now on, within its days."""
    rows = LowerDeductionCertificate.objects.select_for_update()
    certificate = rows.get(pk=certificate.pk)
    if certificate.approved_by_id or certificate.rejected_at:
        raise InvalidTransition
    if certificate.entered_by_id == by.pk:
        raise OwnCertificate
    certificate.approved_by, certificate.approved_at = by, at
    try:
        with transaction.atomic():
            certificate.save(update_fields=["approved_by", "approved_at", "updated_at"])
    except IntegrityError as fault:
        raise CertificateExists from fault
    audit.record_event(by=by, action="certificate.approved", on=certificate, at=at)
    return certificate


@transaction.atomic
def reject_certificate(
    *, certificate: LowerDeductionCertificate, by: User, at: datetime
) -> LowerDeductionCertificate:
    """Reject a certificate, or withdraw one's own entry; not one that was approved."""
    rows = LowerDeductionCertificate.objects.select_for_update()
    certificate = rows.get(pk=certificate.pk)
    if certificate.approved_by_id or certificate.rejected_at:
        raise InvalidTransition
    certificate.rejected_at = at
    certificate.save(update_fields=["rejected_at", "updated_at"])
    audit.record_event(by=by, action="certificate.rejected", on=certificate, at=at)
    return certificate
