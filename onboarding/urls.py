"""The addresses of onboarding's pages."""

from django.urls import path

from onboarding.views import (
    agreements,
    assessment,
    bank,
    digilocker,
    documents,
    home,
    offline,
    photo,
    profile,
    rail_events,
    reading,
    resumes,
    verifying,
)

app_name = "onboarding"

urlpatterns = [
    path("home/", home.home, name="home"),
    path("onboarding/", home.next_step, name="next"),
    path("onboarding/profile/", profile.profile, name="profile"),
    path("onboarding/profile/photo/", photo.photo, name="profile-photo"),
    path("onboarding/profile/photo/file/", photo.photo_file, name="photo-file"),
    path("onboarding/profile/<slug:key>/", profile.section, name="profile-section"),
    path("onboarding/resume/", resumes.resume, name="resume"),
    path("onboarding/resume/confirm/", resumes.confirm, name="resume-confirm"),
    path("onboarding/resume/drop/", resumes.drop, name="resume-drop"),
    path("onboarding/documents/", documents.documents, name="documents"),
    path("onboarding/documents/submit/", documents.submit_documents, name="documents-submit"),
    path("onboarding/documents/offline/", offline.offline, name="documents-offline"),
    path("onboarding/documents/<slug:slug>/", documents.put_document, name="document"),
    path(
        "onboarding/documents/<slug:slug>/picture/",
        documents.document_picture,
        name="document-picture",
    ),
    path("onboarding/digilocker/", digilocker.digilocker, name="digilocker"),
    path("onboarding/digilocker/start/", digilocker.start, name="digilocker-start"),
    path("onboarding/digilocker/stop/", digilocker.stop, name="digilocker-stop"),
    path("onboarding/digilocker/callback/", digilocker.callback, name="digilocker-callback"),
    path("onboarding/assessment/", assessment.assessment, name="assessment"),
    path("onboarding/agreements/", agreements.agreements, name="agreements"),
    path("onboarding/agreements/code/", agreements.code, name="agreements-code"),
    path("onboarding/agreements/read/<uuid:pk>/", reading.read, name="agreement-text"),
    path("onboarding/agreements/<uuid:pk>/", agreements.signature, name="signature"),
    path("onboarding/agreements/<uuid:pk>/text/", agreements.signature_text, name="signature-text"),
    path("onboarding/agreements/<uuid:pk>/pdf/", agreements.paper, name="signature-paper"),
    path("verify/", verifying.verify, name="verify"),
    path("money/bank-account/", bank.bank_account, name="bank-account"),
    path("money/bank-account/change/", bank.change_bank_account, name="bank-account-change"),
    path("money/bank-account/not-me/", bank.stop_payments, name="stop-payments"),
    path("money/not-me/<str:token>/", bank.not_me, name="not-me"),
    path("rails/razorpayx/events/", rail_events.razorpayx_events, name="razorpayx-events"),
]
