"""Onboarding for staff: documents to check on one screen, the rest to look at."""

from onboarding.admin.cases import KycCaseAdmin
from onboarding.admin.rows import AgreementTemplateAdmin, BankAccountAdmin, SignatureAdmin
from onboarding.admin.way import AgentOnTheWayAdmin

__all__ = [
    "AgentOnTheWayAdmin",
    "AgreementTemplateAdmin",
    "BankAccountAdmin",
    "KycCaseAdmin",
    "SignatureAdmin",
]
