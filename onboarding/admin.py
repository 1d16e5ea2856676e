"""Register the admin classes of all features."""

from onboarding.agreements.admin import AgreementTemplateAdmin, SignatureAdmin
from onboarding.dashboard.admin import AgentOnboardingAdmin
from onboarding.kyc.admin import KycUploadAdmin
from onboarding.kyc.review.admin import KycCaseAdmin, KycSampleAdmin
from onboarding.kyc.review.held_pictures_admin import KycHeldPictureAdmin
from onboarding.payees.admin import AccountFreezeAdmin, AccountTestAdmin, BankAccountAdmin
from onboarding.vocabulary.admin import LooseWordAdmin

__all__ = [
    "AccountFreezeAdmin",
    "AccountTestAdmin",
    "AgentOnboardingAdmin",
    "AgreementTemplateAdmin",
    "BankAccountAdmin",
    "KycCaseAdmin",
    "KycHeldPictureAdmin",
    "KycSampleAdmin",
    "KycUploadAdmin",
    "LooseWordAdmin",
    "SignatureAdmin",
]
