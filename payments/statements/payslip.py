"""The pay slip of a payment: every step from minutes to bank reference, with its rule.

`tools/check_payslip.py` works the amounts out anew from it, without any of our code.
"""

from datetime import date
from typing import Any

from gigs.models import PayKind
from hitouch.core.india_time import day_of
from payments.deductions import due_dates
from payments.models import Payment, TaxRule, Withholding
from payments.models.rates import Rule
from payments.payouts import queries as payouts_queries

FORMAT = "hitouchcx-payslip-1"


def payslip_of(payment: Payment) -> dict[str, Any]:
    """All facts of a payment, as JSON. Amounts in paise, rates in basis points, times in UTC."""
    withholding = payment.withholding
    return {
        "format": FORMAT,
        "reference": payment.reference,
        "payment": str(payment.pk),
        "paid_to": payment.agent.name,
        "kind": payment.kind,
        "title": payment.gig.title,
        "client": payment.gig.client.name,
        "approved_at": payment.opened_at.isoformat(),
        "financial_year": due_dates.financial_year_name(withholding.year.financial_year),
        "corrects": payment.corrects.reference if payment.corrects else None,
        "work": _work_of(payment),
        "gross_paise": payment.gross_paise,
        "tax": _tax_of(withholding, day_of(payment.opened_at)),
        "fee": {
            "rule": _rule_facts(payment.fee_rule),
            "fee_bp": payment.fee_bp,
            "fee_paise": payment.fee_paise,
            "gst_bp": payment.gst_bp,
            "gst_paise": payment.gst_paise,
        },
        "net_paise": payment.net_paise,
        "state": payment.state,
        "paid_at": payment.paid_at.isoformat() if payment.paid_at else None,
        "transfer": _transfer_of(payment),
    }


def _work_of(payment: Payment) -> dict[str, Any]:
    """The hours and rate, or the fixed amount, that make the gross amount."""
    work = payment.work
    if work is None or payment.gig.pay_kind == PayKind.FIXED or payment.corrects_id:
        return {"amount_paise": payment.gross_paise}
    sessions = sorted(work.sessions.all(), key=lambda session: session.started_at)
    return {
        "rate_paise_an_hour": payment.gig.rate_paise,
        "sessions": [
            {
                "started_at": session.started_at.isoformat(),
                "ended_at": session.ended_at.isoformat() if session.ended_at else None,
                "slot_starts_at": session.claim.slot.starts_at.isoformat(),
                "slot_ends_at": session.claim.slot.ends_at.isoformat(),
            }
            for session in sessions
        ],
        "refused": [
            {"started_at": part.starts_at.isoformat(), "ended_at": part.ends_at.isoformat()}
            for part in work.refused_parts.all()
            if part.starts_at and part.ends_at
        ],
    }


def _tax_of(row: Withholding, day: date) -> dict[str, Any]:
    rule: TaxRule = row.rule
    certificate = row.certificate
    return {
        "rule": {
            **_rule_facts(rule),
            "kind": rule.kind,
            "rate_bp": rule.rate_bp,
            "rate_without_pan_bp": rule.no_pan_bp,
            "free_up_to_paise": rule.free_up_to_paise,
            "free_up_to_in_year_paise": rule.yearly_free_up_to_paise,
            "catches_up": rule.catches_up,
            "thresholds_need_pan": rule.thresholds_need_pan,
            "rounding": rule.rounding,
        },
        "year_before": {
            "paid_paise": row.base_before_paise,
            "taxed_paise": row.taxed_before_paise,
            "withheld_paise": row.withheld_before_paise,
            "owed_paise": row.owed_before_paise,
        },
        "has_pan": row.has_pan,
        "certificate": certificate
        and {
            "number": certificate.number,
            "rate_bp": certificate.rate_bp,
            "certified_paise": row.certified_paise,
        },
        "reason": row.reason,
        "taxed_paise": row.taxed_paise,
        "due_paise": row.due_paise,
        "withheld_paise": row.withheld_paise,
        "deposit_due_on": due_dates.tax_due_on(day).isoformat(),
    }


def _rule_facts(rule: Rule) -> dict[str, Any]:
    return {
        "id": str(rule.pk),
        "in_force_from": rule.starts_on.isoformat(),
        "source": rule.source,
    }


def _transfer_of(payment: Payment) -> dict[str, Any] | None:
    payout = payouts_queries.live_payout_of(payment)
    if payout is None or not payout.utr:
        return None
    return {
        "utr": payout.utr,
        "to": payout.masked,
        "ifsc": payout.ifsc,
        "settled_at": payout.settled_at and payout.settled_at.isoformat(),
    }
