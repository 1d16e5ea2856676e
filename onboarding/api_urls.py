"""The addresses of onboarding's endpoints, under /api/v1/."""

from django.urls import path

from onboarding.api import (
    bank,
    digilocker,
    drafts,
    home,
    offline,
    papers,
    photo,
    places,
    resumes,
    signing,
    staff,
    staff_accounts,
    staff_looks,
    staff_masking,
    way,
    words,
)

app_name = "onboarding"

urlpatterns = [
    path("onboarding/", way.OnboardingView.as_view(), name="onboarding"),
    path("onboarding/home/", home.HomeView.as_view(), name="home"),
    path("onboarding/profile/", way.ProfileView.as_view(), name="profile"),
    path("onboarding/profile/photo/", photo.PhotoView.as_view(), name="photo"),
    path("onboarding/profile/photo/look/", photo.PhotoLookView.as_view(), name="photo-look"),
    path(
        "onboarding/profile/drafts/<slug:section>/",
        drafts.DraftView.as_view(),
        name="profile-draft",
    ),
    path("onboarding/pins/<slug:pin>/", places.PinView.as_view(), name="pin"),
    path("onboarding/resume/", resumes.ResumeView.as_view(), name="resume"),
    path("onboarding/resume/confirm/", resumes.ResumeConfirmView.as_view(), name="resume-confirm"),
    path("onboarding/documents/", way.DocumentsView.as_view(), name="documents"),
    path("onboarding/documents/submit/", way.DocumentsSubmitView.as_view(), name="submit"),
    path(
        "onboarding/documents/aadhaar-offline/",
        offline.OfflineView.as_view(),
        name="documents-offline",
    ),
    path("onboarding/documents/<slug:slug>/", way.DocumentView.as_view(), name="document"),
    path("onboarding/digilocker/", digilocker.DigiLockerView.as_view(), name="digilocker"),
    path(
        "onboarding/digilocker/return/",
        digilocker.DigiLockerReturnView.as_view(),
        name="digilocker-return",
    ),
    path("onboarding/agreements/", signing.AgreementsView.as_view(), name="agreements"),
    path("onboarding/agreements/code/", signing.SigningCodeView.as_view(), name="code"),
    path("onboarding/agreements/<uuid:pk>/read/", signing.ReadView.as_view(), name="read"),
    path("onboarding/agreements/<uuid:pk>/pdf/", papers.PaperView.as_view(), name="paper"),
    path("verify/", papers.VerifyView.as_view(), name="verify"),
    path("staff/signatures/<uuid:pk>/pdf/", papers.StaffPaperView.as_view(), name="staff-paper"),
    path("onboarding/agreements/sign/", signing.SignView.as_view(), name="sign"),
    path("onboarding/bank-account/", bank.BankAccountView.as_view(), name="bank-account"),
    path("onboarding/bank-account/not-me/", bank.NotMeView.as_view(), name="not-me"),
    path("onboarding/bank-branches/<slug:ifsc>/", bank.BranchView.as_view(), name="branch"),
    path("staff/account-tests/", staff_accounts.AccountTestsView.as_view(), name="account-tests"),
    path(
        "staff/account-tests/<uuid:pk>/decide/",
        staff_accounts.DecisionView.as_view(),
        name="account-decide",
    ),
    path("staff/payment-stops/", staff_accounts.StopsView.as_view(), name="stops"),
    path(
        "staff/payment-stops/<uuid:pk>/end/", staff_accounts.EndStopView.as_view(), name="stop-end"
    ),
    path("staff/words/", words.WordsView.as_view(), name="words"),
    path("staff/words/<uuid:pk>/adopt/", words.AdoptWordView.as_view(), name="word-adopt"),
    path("staff/words/<uuid:pk>/respell/", words.RespellWordView.as_view(), name="word-respell"),
    path("staff/words/<uuid:pk>/decline/", words.DeclineWordView.as_view(), name="word-decline"),
    path("staff/held-pictures/", staff_masking.HeldPicturesView.as_view(), name="held"),
    path(
        "staff/held-pictures/<uuid:pk>/original/",
        staff_masking.OriginalView.as_view(),
        name="held-original",
    ),
    path("staff/held-pictures/<uuid:pk>/mask/", staff_masking.MaskView.as_view(), name="held-mask"),
    path(
        "staff/held-pictures/<uuid:pk>/no-number/",
        staff_masking.NoNumberView.as_view(),
        name="held-no-number",
    ),
    path(
        "staff/held-pictures/<uuid:pk>/ask-again/",
        staff_masking.HeldAgainView.as_view(),
        name="held-again",
    ),
    path("staff/kyc-cases/", staff.CasesView.as_view(), name="cases"),
    path("staff/kyc-cases/next/", staff.NextView.as_view(), name="next"),
    path("staff/kyc-cases/<uuid:pk>/", staff.CaseView.as_view(), name="case"),
    path("staff/kyc-cases/<uuid:pk>/claim/", staff.ClaimView.as_view(), name="claim"),
    path("staff/kyc-cases/<uuid:pk>/release/", staff.ReleaseView.as_view(), name="release"),
    path("staff/kyc-cases/<uuid:pk>/ask/", staff.AskView.as_view(), name="ask"),
    path("staff/kyc-cases/<uuid:pk>/looks/", staff_looks.LookView.as_view(), name="look"),
    path(
        "staff/kyc-cases/<uuid:pk>/photo/", staff_looks.CasePhotoView.as_view(), name="staff-photo"
    ),
    path("staff/kyc-cases/<uuid:pk>/pan/", staff_looks.PanView.as_view(), name="staff-pan"),
    path("staff/kyc-cases/<uuid:pk>/approve/", staff.ApproveView.as_view(), name="approve"),
    path("staff/kyc-cases/<uuid:pk>/reject/", staff.RejectView.as_view(), name="reject"),
    path(
        "staff/kyc-cases/<uuid:pk>/documents/<uuid:document>/",
        staff_looks.CasePictureView.as_view(),
        name="picture",
    ),
]
