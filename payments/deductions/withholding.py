"""Tax withheld from one payment, given what was paid and withheld in the year. Uses no database.

The rules follow section 194C and 194-O of the Income-tax Act 1961 and their successors in section
393 of the Act of 2025: nothing is withheld while each payment and the sum of the year stay within
their thresholds; a payment above the single threshold is taxed by itself; once the sum of the year
is above the yearly threshold, all sums of the year are taxed, those of before too if the rule says
so. Without a PAN the higher rate of section 206AA (397(2) of the Act of 2025) applies. All amounts
are whole paise, all rates basis points.
"""

from dataclasses import dataclass
from enum import StrEnum

from hitouch.core import money


class WithholdingReason(StrEnum):
    """Why a payment was taxed, or not."""

    BELOW_THRESHOLDS = "BELOW_THRESHOLDS"
    NO_THRESHOLD = "NO_THRESHOLD"
    SINGLE_THRESHOLD = "SINGLE_THRESHOLD"
    YEARLY_THRESHOLD = "YEARLY_THRESHOLD"


class Rounding(StrEnum):
    """How the tax of one payment is rounded; half is always rounded up."""

    PAISA = "PAISA"
    RUPEE = "RUPEE"


@dataclass(frozen=True)
class TaxTerms:
    """The terms of one tax rule. A threshold of None means that there is none."""

    rate_bp: int
    no_pan_rate_bp: int = 0
    single_threshold_paise: int | None = None
    yearly_threshold_paise: int | None = None
    #: Whether crossing the yearly threshold taxes the untaxed sums of the year before it, too.
    catches_up: bool = True
    #: Whether the thresholds hold for a payee without a PAN.
    thresholds_without_pan: bool = True
    rounding: Rounding = Rounding.PAISA


@dataclass(frozen=True)
class YearToDate:
    """What was paid to one payee under one rule in the financial year, before this payment."""

    base_paise: int = 0
    #: The part of `base_paise` on which tax was worked out.
    taxed_paise: int = 0
    withheld_paise: int = 0
    #: Tax due that could not be withheld, because it was more than the payment; below zero if
    #: too much was withheld, since a payment was taken back.
    owed_paise: int = 0


@dataclass(frozen=True)
class Certificate:
    """A certificate for a lower rate, for sums up to a limit of which a part is used."""

    rate_bp: int
    left_paise: int
    #: The untaxed sums of the year that were credited since the certificate's first day. It has no
    #: effect on earlier ones when they are taxed later.
    earlier_paise: int = 0


@dataclass(frozen=True)
class Withheld:
    """The tax of one payment, and how it was reached."""

    reason: WithholdingReason
    #: The sums that were taxed now: this payment, and untaxed ones of the year.
    taxed_paise: int
    #: The part of `taxed_paise` at the rate of the certificate.
    certified_paise: int
    rate_bp: int
    #: The tax on `taxed_paise`, and what was owed before.
    due_paise: int
    withheld_paise: int

    @property
    def owed_paise(self) -> int:
        """Tax due that goes to the next payment."""
        return self.due_paise - self.withheld_paise


def withhold(
    base_paise: int,
    terms: TaxTerms,
    *,
    year: YearToDate = YearToDate(),
    has_pan: bool = True,
    certificate: Certificate | None = None,
    at_most_paise: int | None = None,
) -> Withheld:
    """The tax to withhold from a payment of `base_paise`, of which no more than `at_most_paise`."""
    if base_paise < 0:
        raise ValueError("a base is never negative")
    reason = _reason_for(base_paise, terms, year, has_pan=has_pan)
    taxed = _taxed_paise(base_paise, reason, terms, year)
    rate = terms.rate_bp if has_pan else max(terms.rate_bp, terms.no_pan_rate_bp)
    certified = 0
    if certificate and has_pan and certificate.rate_bp < rate:
        covered = base_paise + certificate.earlier_paise
        certified = max(min(taxed, covered, certificate.left_paise), 0)
    tax = _tax(taxed - certified, rate, terms.rounding)
    if certificate and certified:
        tax += _tax(certified, certificate.rate_bp, terms.rounding)
    due = tax + year.owed_paise
    room = base_paise if at_most_paise is None else at_most_paise
    return Withheld(reason, taxed, certified, rate, due, max(min(due, room), 0))


def _reason_for(
    base_paise: int, terms: TaxTerms, year: YearToDate, *, has_pan: bool
) -> WithholdingReason:
    single, yearly = terms.single_threshold_paise, terms.yearly_threshold_paise
    if (single is None and yearly is None) or not (has_pan or terms.thresholds_without_pan):
        return WithholdingReason.NO_THRESHOLD
    if yearly is not None and year.base_paise + base_paise > yearly:
        return WithholdingReason.YEARLY_THRESHOLD
    if single is not None and base_paise > single:
        return WithholdingReason.SINGLE_THRESHOLD
    return WithholdingReason.BELOW_THRESHOLDS


def _taxed_paise(
    base_paise: int, reason: WithholdingReason, terms: TaxTerms, year: YearToDate
) -> int:
    if reason == WithholdingReason.BELOW_THRESHOLDS:
        return 0
    if reason == WithholdingReason.YEARLY_THRESHOLD and terms.catches_up:
        return base_paise + year.base_paise - year.taxed_paise
    return base_paise


def _tax(paise: int, rate_bp: int, rounding: Rounding) -> int:
    if rounding == Rounding.PAISA:
        return money.share(paise, rate_bp)
    unit = money.PAISE_IN_A_RUPEE
    # One rounding, so that a half is not rounded up twice.
    whole = money.BASIS_POINTS * unit
    return (paise * rate_bp + whole // 2) // whole * unit
