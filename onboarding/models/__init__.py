"""Rows of onboarding: who an agent is, what they showed us and what they signed."""

from onboarding.models.account_tests import AccountTest, AccountTestEvent
from onboarding.models.agreements import AgreementReading, AgreementTemplate, Signature
from onboarding.models.asks import KycAsk
from onboarding.models.bank import BankAccount
from onboarding.models.checks import KycCheck
from onboarding.models.clearing import Clearing
from onboarding.models.documents import KycCase, KycCaseEvent, KycDocument, still_needed
from onboarding.models.drafts import ProfileDraft
from onboarding.models.fluency import Fluency
from onboarding.models.freezes import AccountFreeze
from onboarding.models.held import KycHeldPicture
from onboarding.models.looks import KycLook, Purpose, ReviewAlarm
from onboarding.models.papers import SignedPaper, TextNews
from onboarding.models.profile import Employment, Experience, Qualification
from onboarding.models.rails import RailEvent, RupeeDay
from onboarding.models.resumes import ResumeProposal
from onboarding.models.sessions import KycSession, KycSessionEvent
from onboarding.models.words import LooseWord

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
    "KycLook",
    "KycSession",
    "KycSessionEvent",
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
