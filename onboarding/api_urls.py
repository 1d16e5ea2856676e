"""URLs of onboarding's API endpoints, under /api/v1/."""

from django.urls import path

from onboarding.agreements import api as agreements_api
from onboarding.dashboard import api as dashboard_api
from onboarding.kyc import api as kyc_api
from onboarding.kyc.digilocker import api as digilocker_api
from onboarding.kyc.offline_ekyc import api as offline_ekyc_api
from onboarding.kyc.review import api as review_api
from onboarding.kyc.review import held_pictures_api
from onboarding.payees import api as payees_api
from onboarding.profile import api as profile_api
from onboarding.resume import api as resume_api
from onboarding.vocabulary import api as vocabulary_api

app_name = "onboarding"
urlpatterns = [
    path("onboarding/", dashboard_api.OnboardingView.as_view(), name="onboarding"),
    path("onboarding/home/", dashboard_api.HomeView.as_view(), name="home"),
    path("onboarding/profile/", profile_api.ProfileView.as_view(), name="profile"),
    path("onboarding/profile/photo/", profile_api.PhotoView.as_view(), name="photo"),
    path("onboarding/profile/photo/look/", profile_api.PhotoHintView.as_view(), name="photo-look"),
    path(
        "onboarding/profile/drafts/<slug:section>/",
        profile_api.DraftView.as_view(),
        name="profile-draft",
    ),
    path("onboarding/pins/<slug:pin>/", profile_api.PinView.as_view(), name="pin"),
    path("onboarding/resume/", resume_api.ResumeView.as_view(), name="resume"),
    path(
        "onboarding/resume/confirm/", resume_api.ResumeConfirmView.as_view(), name="resume-confirm"
    ),
    path("onboarding/documents/", kyc_api.DocumentsView.as_view(), name="documents"),
    path("onboarding/documents/submit/", kyc_api.DocumentsSubmitView.as_view(), name="submit"),
    path(
        "onboarding/documents/aadhaar-offline/",
        offline_ekyc_api.OfflineView.as_view(),
        name="documents-offline",
    ),
    path("onboarding/documents/uploads/<uuid:pk>/", kyc_api.UploadView.as_view(), name="upload"),
    path(
        "onboarding/documents/uploads/<uuid:pk>/password/",
        kyc_api.UploadPasswordView.as_view(),
        name="upload-password",
    ),
    path("onboarding/documents/<slug:slug>/", kyc_api.DocumentView.as_view(), name="document"),
    path("onboarding/digilocker/", digilocker_api.DigiLockerView.as_view(), name="digilocker"),
    path(
        "onboarding/digilocker/return/",
        digilocker_api.DigiLockerReturnView.as_view(),
        name="digilocker-return",
    ),
    path("onboarding/agreements/", agreements_api.AgreementsView.as_view(), name="agreements"),
    path("onboarding/agreements/code/", agreements_api.SigningCodeView.as_view(), name="code"),
    path("onboarding/agreements/<uuid:pk>/read/", agreements_api.ReadView.as_view(), name="read"),
    path(
        "onboarding/agreements/<uuid:pk>/pdf/", agreements_api.SealedPdfView.as_view(), name="paper"
    ),
    path("verify/", agreements_api.VerifyView.as_view(), name="verify"),
    path(
        "staff/signatures/<uuid:pk>/pdf/",
        agreements_api.StaffSealedPdfView.as_view(),
        name="staff-paper",
    ),
    path("onboarding/agreements/sign/", agreements_api.SignView.as_view(), name="sign"),
    path("onboarding/bank-account/", payees_api.BankAccountView.as_view(), name="bank-account"),
    path(
        "onboarding/bank-account/not-me/",
        payees_api.ReportUnknownChangeView.as_view(),
        name="not-me",
    ),
    path("onboarding/bank-branches/<slug:ifsc>/", payees_api.BranchView.as_view(), name="branch"),
    path("staff/account-tests/", payees_api.AccountTestsView.as_view(), name="account-tests"),
    path(
        "staff/account-tests/<uuid:pk>/decide/",
        payees_api.DecideVerificationView.as_view(),
        name="account-decide",
    ),
    path("staff/payment-stops/", payees_api.PaymentHoldsView.as_view(), name="stops"),
    path(
        "staff/payment-stops/<uuid:pk>/end/", payees_api.ReleaseHoldView.as_view(), name="stop-end"
    ),
    path("staff/words/", vocabulary_api.WordsView.as_view(), name="words"),
    path("staff/words/<uuid:pk>/adopt/", vocabulary_api.AdoptWordView.as_view(), name="word-adopt"),
    path(
        "staff/words/<uuid:pk>/respell/",
        vocabulary_api.RespellWordView.as_view(),
        name="word-respell",
    ),
    path(
        "staff/words/<uuid:pk>/decline/",
        vocabulary_api.DeclineWordView.as_view(),
        name="word-decline",
    ),
    path("staff/held-pictures/", held_pictures_api.HeldPicturesView.as_view(), name="held"),
    path(
        "staff/held-pictures/<uuid:pk>/",
        held_pictures_api.HeldPictureView.as_view(),
        name="held-picture",
    ),
    path(
        "staff/held-pictures/<uuid:pk>/original/",
        held_pictures_api.OriginalView.as_view(),
        name="held-original",
    ),
    path(
        "staff/held-pictures/<uuid:pk>/result/",
        held_pictures_api.ResultView.as_view(),
        name="held-result",
    ),
    path(
        "staff/held-pictures/<uuid:pk>/confirm/",
        held_pictures_api.ConfirmResultView.as_view(),
        name="held-confirm",
    ),
    path(
        "staff/held-pictures/<uuid:pk>/discard/",
        held_pictures_api.DiscardResultView.as_view(),
        name="held-discard",
    ),
    path(
        "staff/held-pictures/<uuid:pk>/mask/",
        held_pictures_api.MaskView.as_view(),
        name="held-mask",
    ),
    path(
        "staff/held-pictures/<uuid:pk>/no-number/",
        held_pictures_api.NothingToMaskView.as_view(),
        name="held-no-number",
    ),
    path(
        "staff/held-pictures/<uuid:pk>/ask-again/",
        held_pictures_api.RequestAnotherPictureView.as_view(),
        name="held-again",
    ),
    path("staff/kyc-cases/", review_api.CasesView.as_view(), name="cases"),
    path("staff/kyc-cases/next/", review_api.ClaimNextView.as_view(), name="next"),
    path("staff/kyc-cases/<uuid:pk>/", review_api.CaseView.as_view(), name="case"),
    path("staff/kyc-cases/<uuid:pk>/claim/", review_api.ClaimView.as_view(), name="claim"),
    path("staff/kyc-cases/<uuid:pk>/release/", review_api.ReleaseView.as_view(), name="release"),
    path(
        "staff/kyc-cases/<uuid:pk>/ask/", review_api.RequestResubmissionView.as_view(), name="ask"
    ),
    path("staff/kyc-cases/<uuid:pk>/looks/", review_api.StatePurposeView.as_view(), name="look"),
    path(
        "staff/kyc-cases/<uuid:pk>/photo/", review_api.CasePhotoView.as_view(), name="staff-photo"
    ),
    path("staff/kyc-cases/<uuid:pk>/pan/", review_api.PanView.as_view(), name="staff-pan"),
    path("staff/kyc-cases/<uuid:pk>/approve/", review_api.ApproveView.as_view(), name="approve"),
    path("staff/kyc-cases/<uuid:pk>/refer/", review_api.ReferView.as_view(), name="refer"),
    path("staff/kyc-cases/<uuid:pk>/return/", review_api.ReturnView.as_view(), name="return"),
    path("staff/approval-samples/", review_api.SamplesView.as_view(), name="samples"),
    path(
        "staff/approval-samples/<uuid:pk>/judge/",
        review_api.JudgeSampleView.as_view(),
        name="sample-judge",
    ),
    path("staff/kyc-cases/<uuid:pk>/reject/", review_api.RejectView.as_view(), name="reject"),
    path(
        "staff/kyc-cases/<uuid:pk>/documents/<uuid:document>/",
        review_api.CasePictureView.as_view(),
        name="picture",
    ),
]
