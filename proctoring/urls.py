"""URLs of the assessment pages of agents and proctors."""

from django.urls import path

from proctoring.artefacts import views as artefacts
from proctoring.console import views as console
from proctoring.delivery import views as delivery
from proctoring.grading.graders import views as graders
from proctoring.results import views as results
from proctoring.review import views as review
from proctoring.review.appeals import views as appeals
from proctoring.setup import views as setup
from proctoring.setup.identity_review import views as identity
from proctoring.trust import views as trust

app_name = "proctoring"
urlpatterns = [
    path("assessment/", setup.assessment, name="assessment"),
    path("assessment/again/", setup.request_attempt, name="again"),
    path("assessment/pictures/<uuid:pk>/", results.own_snapshot, name="own-snapshot"),
    path("assessment/face-worker.js", delivery.face_worker, name="face-worker"),
    path("assessment/<uuid:pk>/", setup.sitting, name="sitting"),
    path("assessment/<uuid:pk>/computer/", setup.computer, name="computer"),
    path("assessment/<uuid:pk>/devices/", setup.devices, name="devices"),
    path("assessment/<uuid:pk>/photo/", setup.photo, name="photo"),
    path("assessment/<uuid:pk>/photo/file/", results.own_photo, name="own-photo"),
    path("assessment/<uuid:pk>/sentence/", setup.sentence, name="sentence"),
    path("assessment/<uuid:pk>/waiting/", setup.waiting, name="waiting"),
    path("assessment/<uuid:pk>/begin/", setup.begin, name="begin"),
    path("assessment/<uuid:pk>/questions/", delivery.questions, name="questions"),
    path("assessment/<uuid:pk>/rescue/", delivery.upload_rescue, name="rescue"),
    path("assessment/<uuid:pk>/result/", results.result, name="result"),
    path(
        "assessment/<uuid:pk>/certificate/",
        results.certificate,
        name="certificate",
    ),
    path("certificates/", results.verify_certificates, name="verify-certificates"),
    path("certificates/<slug:code>/", results.verify_certificate, name="verify-certificate"),
    path("assessment/<uuid:pk>/receipt/", artefacts.receipt, name="receipt"),
    path("monitoring/", artefacts.limits, name="limits"),
    path("assessment/<uuid:pk>/recorded/", appeals.recorded, name="recorded"),
    path(
        "assessment/<uuid:pk>/recorded/contest/",
        appeals.contest_decision,
        name="contest-decision",
    ),
    path("assessment/entries/<uuid:pk>/contest/", appeals.contest_entry, name="contest-entry"),
    path("assessment/photos/<uuid:pk>/", appeals.own_try, name="own-try"),
    path("grading/", graders.desk, name="grading"),
    path("grading/next/", graders.take, name="grading-next"),
    path("grading/agreement/", graders.agreement, name="grading-agreement"),
    path("grading/<uuid:pk>/", graders.rating, name="rating"),
    path("grading/<uuid:pk>/audio/", graders.audio, name="rating-audio"),
    path("grading/<uuid:pk>/return/", graders.give_back, name="rating-return"),
    path("proctor/", console.live, name="live"),
    path("proctor/reviews/", review.reviews, name="reviews"),
    path("proctor/reviews/next/", review.next_case, name="next-review"),
    path("proctor/entries/<uuid:pk>/rule/", review.rule, name="rule"),
    path("proctor/appeals/<uuid:pk>/answer/", appeals.answer, name="answer-appeal"),
    path("proctor/trust/", trust.board, name="trust"),
    path("proctor/trust/<slug:kind>/", trust.set_mode, name="detector-mode"),
    path("proctor/pictures/<uuid:pk>/", review.snapshot, name="snapshot"),
    path("proctor/photos/<uuid:pk>/", review.case_try, name="case-try"),
    path("proctor/<uuid:pk>/", review.case, name="case"),
    path("proctor/identity/", identity.photos, name="photos"),
    path("proctor/<uuid:pk>/identity/", identity.decide, name="decide-identity"),
    path("proctor/<uuid:pk>/claim/", review.claim, name="claim"),
    path("proctor/<uuid:pk>/release/", review.release, name="release"),
    path("proctor/<uuid:pk>/decide/", review.decide, name="decide"),
    path("proctor/<uuid:pk>/ban/", review.ban, name="ban"),
    path("proctor/<uuid:pk>/ban/revoke/", review.revoke_ban, name="revoke-ban"),
    path("proctor/<uuid:pk>/audio/<uuid:recording>/", review.case_audio, name="case-audio"),
    path("proctor/<uuid:pk>/clear/", review.clear, name="clear"),
    path("proctor/<uuid:pk>/void/", review.void, name="void"),
    path("proctor/<uuid:pk>/photo/", review.case_photo, name="case-photo"),
    path("proctor/<uuid:pk>/profile-photo/", review.case_profile_photo, name="case-profile-photo"),
]
