"""URLs of the assessment pages of agents and proctors."""

from django.urls import path

from proctoring.views import setup, sittings, staff

app_name = "proctoring"
urlpatterns = [
    path("assessment/", setup.assessment, name="assessment"),
    path("assessment/again/", setup.request_attempt, name="again"),
    path("assessment/pictures/<uuid:pk>/", sittings.own_snapshot, name="own-snapshot"),
    path("assessment/<uuid:pk>/", setup.sitting, name="sitting"),
    path("assessment/<uuid:pk>/computer/", setup.computer, name="computer"),
    path("assessment/<uuid:pk>/devices/", setup.devices, name="devices"),
    path("assessment/<uuid:pk>/photo/", setup.photo, name="photo"),
    path("assessment/<uuid:pk>/photo/file/", sittings.own_photo, name="own-photo"),
    path("assessment/<uuid:pk>/begin/", setup.begin, name="begin"),
    path("assessment/<uuid:pk>/questions/", sittings.questions, name="questions"),
    path("assessment/<uuid:pk>/result/", sittings.result, name="result"),
    path("assessment/<uuid:pk>/recorded/", sittings.recordings, name="recorded"),
    path("proctor/", staff.live, name="live"),
    path("proctor/rows/", staff.live_rows, name="live-rows"),
    path("proctor/pictures/<uuid:pk>/", staff.snapshot, name="snapshot"),
    path("proctor/<uuid:pk>/", staff.case, name="case"),
    path("proctor/<uuid:pk>/clear/", staff.clear, name="clear"),
    path("proctor/<uuid:pk>/void/", staff.void, name="void"),
    path("proctor/<uuid:pk>/photo/", staff.case_photo, name="case-photo"),
    path("proctor/<uuid:pk>/profile-photo/", staff.case_profile_photo, name="case-profile-photo"),
]
