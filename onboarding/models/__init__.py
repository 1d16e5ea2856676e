"""Models of onboarding: profile, identity documents, agreements, bank accounts, clearance."""

from onboarding.models.agreements import (
    AgreementReading,
    AgreementTemplate,
    Signature,
    SignedPaper,
    TextNews,
)
from onboarding.models.clearance import Clearing
from onboarding.models.digilocker import KycSession, KycSessionEvent
from onboarding.models.documents import (
    KycAsk,
    KycCase,
    KycCaseEvent,
    KycCheck,
    KycDocument,
    still_needed,
)
from onboarding.models.payees import (
    AccountFreeze,
    AccountTest,
    AccountTestEvent,
    BankAccount,
    RailEvent,
    RupeeDay,
)
from onboarding.models.profile import Employment, Experience, ProfileDraft, Qualification
from onboarding.models.resume import ResumeProposal
from onboarding.models.review import (
    KycHeldPicture,
    KycHeldPictureEvent,
    KycLook,
    KycReferral,
    KycSample,
    Purpose,
    ReviewAlarm,
)
from onboarding.models.uploads import KycUpload
from onboarding.models.vocabulary import Fluency, LooseWord

__all__ = [
    "AccountFreeze",
    "AccountTest",
    "AccountTestEvent",
    "AgreementReading",
    "AgreementTemplate",
    "BankAccount",
    "Clearing",
    "Employment",
    "Experience",
    "Fluency",
    "KycAsk",
    "KycCase",
    "KycCaseEvent",
    "KycCheck",
    "KycDocument",
    "KycHeldPicture",
    "KycHeldPictureEvent",
    "KycLook",
    "KycReferral",
    "KycSample",
    "KycSession",
    "KycSessionEvent",
    "KycUpload",
    "LooseWord",
    "ProfileDraft",
    "Purpose",
    "Qualification",
    "RailEvent",
    "ResumeProposal",
    "ReviewAlarm",
    "RupeeDay",
    "Signature",
    "SignedPaper",
    "TextNews",
    "still_needed",
]
