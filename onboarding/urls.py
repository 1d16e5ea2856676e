"""URLs of onboarding's pages."""

from django.urls import path

from onboarding.agreements import views as agreements_views
from onboarding.assessment import views as assessment_views
from onboarding.dashboard import views as dashboard_views
from onboarding.kyc import views as kyc_views
from onboarding.kyc.digilocker import views as digilocker_views
from onboarding.kyc.offline_ekyc import views as offline_ekyc_views
from onboarding.payees import views as payees_views
from onboarding.profile import views as profile_views
from onboarding.resume import views as resume_views

app_name = "onboarding"
urlpatterns = [
    path("home/", dashboard_views.home, name="home"),
    path("you/", dashboard_views.you, name="you"),
    path("onboarding/", dashboard_views.next_step, name="next"),
    path("onboarding/profile/", profile_views.profile, name="profile"),
    path("onboarding/profile/photo/", profile_views.photo, name="profile-photo"),
    path("onboarding/profile/photo/file/", profile_views.photo_file, name="photo-file"),
    path("onboarding/profile/<slug:key>/", profile_views.section, name="profile-section"),
    path("onboarding/resume/", resume_views.resume, name="resume"),
    path("onboarding/resume/confirm/", resume_views.confirm, name="resume-confirm"),
    path("onboarding/resume/drop/", resume_views.discard, name="resume-drop"),
    path("onboarding/documents/", kyc_views.documents, name="documents"),
    path("onboarding/documents/submit/", kyc_views.submit_documents, name="documents-submit"),
    path("onboarding/documents/offline/", offline_ekyc_views.offline, name="documents-offline"),
    path(
        "onboarding/documents/uploads/<uuid:pk>/password/",
        kyc_views.unlock_upload,
        name="upload-password",
    ),
    path(
        "onboarding/documents/uploads/<uuid:pk>/remove/",
        kyc_views.withdraw_upload,
        name="upload-remove",
    ),
    path("onboarding/documents/<slug:slug>/", kyc_views.put_document, name="document"),
    path(
        "onboarding/documents/<slug:slug>/picture/",
        kyc_views.document_picture,
        name="document-picture",
    ),
    path("onboarding/digilocker/", digilocker_views.digilocker, name="digilocker"),
    path("onboarding/digilocker/start/", digilocker_views.start, name="digilocker-start"),
    path("onboarding/digilocker/stop/", digilocker_views.cancel, name="digilocker-stop"),
    path("onboarding/digilocker/callback/", digilocker_views.callback, name="digilocker-callback"),
    path("onboarding/assessment/", assessment_views.assessment, name="assessment"),
    path("onboarding/agreements/", agreements_views.agreements, name="agreements"),
    path("onboarding/agreements/code/", agreements_views.code, name="agreements-code"),
    path("onboarding/agreements/read/<uuid:pk>/", agreements_views.read, name="agreement-text"),
    path("onboarding/agreements/<uuid:pk>/", agreements_views.signature, name="signature"),
    path(
        "onboarding/agreements/<uuid:pk>/text/",
        agreements_views.signature_text,
        name="signature-text",
    ),
    path(
        "onboarding/agreements/<uuid:pk>/pdf/", agreements_views.sealed_pdf, name="signature-paper"
    ),
    path("verify/", agreements_views.verify, name="verify"),
    path("money/bank-account/", payees_views.bank_account, name="bank-account"),
    path(
        "money/bank-account/change/", payees_views.change_bank_account, name="bank-account-change"
    ),
    path("money/bank-account/not-me/", payees_views.hold_payments, name="stop-payments"),
    path("money/not-me/<str:token>/", payees_views.report_change, name="not-me"),
    path("rails/razorpayx/events/", payees_views.razorpayx_events, name="razorpayx-events"),
]
