"""Every change an actor can ask onboarding for."""

from onboarding.services.account_decisions import (
    LinkIsOld,
    OwnAccount,
    account_of_link,
    decide_test,
    end_stop,
    stop_own_payments,
    stop_payments,
)
from onboarding.services.account_tests import run_test, sweep_tests
from onboarding.services.account_verdicts import others_with, take_answer
from onboarding.services.agreements import (
    AlreadySigned,
    ContactNotVerified,
    NameDiffers,
    NotAllAccepted,
    TextsChanged,
    check_intent,
    send_signing_code,
    sign_agreements,
)
from onboarding.services.asked import AskedStillMissing, DocumentStays
from onboarding.services.asks import NothingAsked, ResubmissionItem, ask_for_pictures
from onboarding.services.assessment import (
    BeingGraded,
    NoAssessment,
    ensure_invitation,
    take_grade,
    take_void,
)
from onboarding.services.bank import (
    BadAccountNumber,
    BadIfsc,
    BadVpa,
    PaymentsStopped,
    TooManyAccounts,
    UnknownBranch,
    save_bank_account,
)
from onboarding.services.card_pictures import PictureNotRead
from onboarding.services.checked_cases import check_case, check_waiting_cases
from onboarding.services.checks import ask_for_checks, checks_all_pass, run_checks
from onboarding.services.clearing import end_clearance, settle_clearance
from onboarding.services.digilocker import (
    AgreeFirst,
    Begun,
    DigiLockerOff,
    TooManyStarts,
    start_digilocker,
    stop_digilocker,
)
from onboarding.services.digilocker_ends import expire_sessions
from onboarding.services.digilocker_fetch import sweep_digilocker, work_on
from onboarding.services.digilocker_return import AnswerUsed, NotBegunHere, take_return
from onboarding.services.documents import (
    BackNotNeeded,
    BadPan,
    DocumentsLocked,
    DocumentsMissing,
    LastFourDiffers,
    LastFourNeeded,
    NumberDiffers,
    PanInUse,
    keep_document,
    submit_documents,
)
from onboarding.services.drafts import DraftTooLong, IdentityLocked, StaleDraft, keep_draft
from onboarding.services.entries import (
    EmployerMissing,
    ExperienceTwisted,
    QualificationMissing,
    TooManyEntries,
    save_jobs,
    save_studies,
)
from onboarding.services.four_eyes import FourEyes
from onboarding.services.good_photo import FaceTooSmall, NoFace, SeveralFaces, TooDark
from onboarding.services.guards import FullAadhaarNumber
from onboarding.services.held_pictures import (
    HeldOver,
    NothingMarked,
    OwnDocuments,
    PictureHeld,
    StillReadable,
    ask_again,
    find_no_number,
    mask_by_hand,
    open_original,
)
from onboarding.services.held_too_long import destroy_held
from onboarding.services.likeness import FaceVerdict, Verdict, compare_with_photo
from onboarding.services.looks import (
    DocumentErased,
    NoPhoto,
    NoPicture,
    PurposeMissing,
    begin_look,
    open_document,
    open_photo,
    refuse_own,
    reveal_pan,
)
from onboarding.services.noted_words import tidy_words
from onboarding.services.offline import keep_offline, offline_is_on
from onboarding.services.overdue import tell_overdue
from onboarding.services.papers import PaperNotReady, can_seal, open_paper, preview, sample_text
from onboarding.services.photo import PhotoLocked, look_at_photo, save_photo
from onboarding.services.profile import (
    BirthDateUnlikely,
    save_addresses,
    save_names,
    save_person,
    save_section,
)
from onboarding.services.rail_events import forget_events, take_event
from onboarding.services.reading import (
    NotOpened,
    NotRead,
    ReadTooFast,
    finish_reading,
    open_text,
    open_texts,
)
from onboarding.services.resume_model import is_configured as model_is_configured
from onboarding.services.resume_taking import NoProposal, confirm_resume, drop_resume
from onboarding.services.resumes import BadResume, NothingFound, read_resume
from onboarding.services.review import (
    CaseTaken,
    NotYourCase,
    approve_by_checks,
    approve_case,
    ask_for_new_documents,
    claim_case,
    claim_next_case,
    reject_case,
    release_case,
)
from onboarding.services.sourced import keep_aadhaar, keep_pan
from onboarding.services.texts import (
    BadVersion,
    JustPublished,
    NotADraft,
    UnknownFact,
    archive_draft,
    change_draft,
    publish_draft,
    publish_template,
    write_draft,
)
from onboarding.services.verifying import VerificationResult, verify_upload
from onboarding.services.words import (
    BadWord,
    WordDecided,
    WordKnown,
    WordUnknown,
    adopt_word,
    decline_word,
    respell_word,
)
from onboarding.services.work import save_preferences, save_work

__all__ = [
    "AgreeFirst", "AlreadySigned", "AnswerUsed", "AskedStillMissing", "BackNotNeeded",
    "BadAccountNumber", "BadIfsc", "BadPan", "BadResume", "BadVersion", "BadVpa", "BadWord",
    "Begun", "BeingGraded", "BirthDateUnlikely", "CaseTaken", "ContactNotVerified", "DigiLockerOff",
    "DocumentErased", "DocumentStays", "DocumentsLocked", "DocumentsMissing", "DraftTooLong",
    "EmployerMissing", "ExperienceTwisted", "FaceTooSmall", "FaceVerdict", "FourEyes",
    "FullAadhaarNumber", "HeldOver", "IdentityLocked", "JustPublished", "LastFourDiffers",
    "LastFourNeeded", "LinkIsOld", "NameDiffers", "NoAssessment", "NoFace",
    "NoPhoto", "NoPicture", "NoProposal", "NotADraft", "NotAllAccepted", "NotBegunHere",
    "NotOpened", "NotRead",
    "NotYourCase", "NothingAsked", "NothingFound", "NothingMarked", "NumberDiffers",
    "OwnAccount", "OwnDocuments", "PanInUse", "PaperNotReady", "PaymentsStopped",
    "PhotoLocked", "PictureHeld", "PictureNotRead", "PurposeMissing", "QualificationMissing",
    "ReadTooFast", "ResubmissionItem", "SeveralFaces", "StaleDraft", "StillReadable",
    "TextsChanged", "TooDark", "TooManyAccounts",
    "TooManyEntries", "TooManyStarts", "UnknownBranch", "UnknownFact", "Verdict",
    "VerificationResult",
    "WordDecided", "WordKnown", "WordUnknown", "account_of_link", "adopt_word",
    "approve_by_checks", "approve_case", "archive_draft", "ask_again", "ask_for_checks",
    "ask_for_new_documents", "ask_for_pictures", "begin_look", "can_seal", "change_draft",
    "check_case", "check_intent", "check_waiting_cases", "checks_all_pass", "claim_case",
    "claim_next_case", "compare_with_photo", "confirm_resume", "decide_test", "decline_word",
    "destroy_held", "drop_resume", "end_clearance", "end_stop",
    "ensure_invitation", "expire_sessions", "find_no_number", "finish_reading", "forget_events",
    "keep_aadhaar", "keep_document", "keep_draft", "keep_offline", "keep_pan", "look_at_photo",
    "mask_by_hand", "model_is_configured", "offline_is_on", "open_document", "open_original",
    "open_paper", "open_photo", "open_text", "open_texts", "others_with", "preview",
    "publish_draft", "publish_template", "read_resume", "refuse_own", "reject_case", "release_case",
    "respell_word", "reveal_pan", "run_checks", "run_test", "sample_text", "save_addresses",
    "save_bank_account", "save_jobs", "save_names", "save_person", "save_photo", "save_preferences",
    "save_section", "save_studies", "save_work", "send_signing_code", "settle_clearance",
    "sign_agreements", "start_digilocker", "stop_digilocker", "stop_own_payments", "stop_payments",
    "submit_documents", "sweep_digilocker", "sweep_tests", "take_answer", "take_event",
    "take_grade", "take_return", "take_void", "tell_overdue", "tidy_words", "verify_upload",
    "work_on", "write_draft",
]  # fmt: skip
