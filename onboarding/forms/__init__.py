"""The shape of what an agent or a reviewer sends. Rules are in the services."""

from onboarding.forms.account_decisions import DecisionForm, EndStopForm
from onboarding.forms.agreements import (
    IntentForm,
    PaperForm,
    ReadForm,
    SignatureCodeForm,
    SignForm,
    SigningCodeForm,
)
from onboarding.forms.bank import BankAccountForm, TypedTwiceForm
from onboarding.forms.boxes import Boxes
from onboarding.forms.digilocker import DigiLockerReturnForm, DigiLockerStartForm
from onboarding.forms.documents import AadhaarForm, PanForm, form_for_kind
from onboarding.forms.offline import OfflineForm
from onboarding.forms.person import PersonForm
from onboarding.forms.photo import PhotoForm
from onboarding.forms.resume_input import ResumeInput
from onboarding.forms.resumes import ResumeForm
from onboarding.forms.review import AskForm, LookForm, NewDocumentsForm, RejectForm
from onboarding.forms.sections import SECTIONS, WorkInput
from onboarding.forms.texts import DraftForm, PublishForm
from onboarding.forms.typed import SectionInput
from onboarding.forms.words import AdoptWordForm, RespellWordForm
from onboarding.forms.work import LISTS

__all__ = [
    "LISTS",
    "SECTIONS",
    "AadhaarForm",
    "AdoptWordForm",
    "AskForm",
    "BankAccountForm",
    "Boxes",
    "DecisionForm",
    "DigiLockerReturnForm",
    "DigiLockerStartForm",
    "DraftForm",
    "EndStopForm",
    "IntentForm",
    "LookForm",
    "NewDocumentsForm",
    "OfflineForm",
    "PanForm",
    "PaperForm",
    "PersonForm",
    "PhotoForm",
    "PublishForm",
    "ReadForm",
    "RejectForm",
    "RespellWordForm",
    "ResumeForm",
    "ResumeInput",
    "SectionInput",
    "SignForm",
    "SignatureCodeForm",
    "SigningCodeForm",
    "TypedTwiceForm",
    "WorkInput",
    "form_for_kind",
]
