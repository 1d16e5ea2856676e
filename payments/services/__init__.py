"""Every change to money an actor can ask for."""

from payments.services.opening import NoRule, NothingToPay, WorkNotApproved, open_payment
from payments.services.payouts import (
    AccountChanged,
    BadUtr,
    Instruction,
    NoBankAccount,
    NotYourTransfer,
    OwnTransfer,
    UtrUsed,
    fail_payout,
    instruction_for,
    prepare_payout,
    retry_payout,
    settle_payout,
    start_payout,
    sweep,
)
from payments.services.rules import RuleInTheWay, RuleTooEarly, add_fee_rule, add_tax_rule

__all__ = [
    "AccountChanged",
    "BadUtr",
    "Instruction",
    "NoBankAccount",
    "NoRule",
    "NotYourTransfer",
    "NothingToPay",
    "OwnTransfer",
    "RuleInTheWay",
    "RuleTooEarly",
    "UtrUsed",
    "WorkNotApproved",
    "add_fee_rule",
    "add_tax_rule",
    "fail_payout",
    "instruction_for",
    "open_payment",
    "prepare_payout",
    "retry_payout",
    "settle_payout",
    "start_payout",
    "sweep",
]
