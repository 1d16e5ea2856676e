"""Onboarding for staff: documents to check on one screen, the rest to look at."""

from onboarding.admin.accounts import AccountFreezeAdmin, AccountTestAdmin, BankAccountAdmin
from onboarding.admin.cases import KycCaseAdmin
from onboarding.admin.held import KycHeldPictureAdmin
from onboarding.admin.rows import SignatureAdmin
from onboarding.admin.texts import AgreementTemplateAdmin
from onboarding.admin.way import AgentOnTheWayAdmin
from onboarding.admin.words import LooseWordAdmin

__all__ = [
    "AccountFreezeAdmin",
    "AccountTestAdmin",
    "AgentOnTheWayAdmin",
    "AgreementTemplateAdmin",
    "BankAccountAdmin",
    "KycCaseAdmin",
    "KycHeldPictureAdmin",
    "LooseWordAdmin",
    "SignatureAdmin",
]
