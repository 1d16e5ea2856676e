"""The tax and fee rates in force on a day."""

from datetime import date

from payments.models import FeeRule, TaxRule


def tax_rule_on(day: date) -> TaxRule | None:
    """The tax rule for an individual contractor on the day."""
    return TaxRule.objects.in_force_on(day).filter(kind=TaxRule.Kind.CONTRACTOR_INDIVIDUAL).first()


def fee_rule_on(day: date) -> FeeRule | None:
    """The fee rule on the day."""
    return FeeRule.objects.in_force_on(day).filter(kind=FeeRule.Kind.STANDARD).first()
