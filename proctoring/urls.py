"""Proctoring's pages."""

from django.urls import path

from proctoring.views import preparing, running, staff

app_name = "proctoring"

urlpatterns = [
    path("assessment/", preparing.assessment, name="assessment"),
    path("assessment/again/", preparing.again, name="again"),
    path("assessment/pictures/<uuid:pk>/", running.own_snapshot, name="own-snapshot"),
    path("assessment/<uuid:pk>/", preparing.sitting, name="sitting"),
    path("assessment/<uuid:pk>/computer/", preparing.computer, name="computer"),
    path("assessment/<uuid:pk>/devices/", preparing.devices, name="devices"),
    path("assessment/<uuid:pk>/photo/", preparing.photo, name="photo"),
    path("assessment/<uuid:pk>/photo/file/", running.own_photo, name="own-photo"),
    path("assessment/<uuid:pk>/begin/", preparing.begin, name="begin"),
    path("assessment/<uuid:pk>/questions/", running.questions, name="questions"),
    path("assessment/<uuid:pk>/result/", running.result, name="result"),
    path("assessment/<uuid:pk>/recorded/", running.recorded, name="recorded"),
    path("proctor/", staff.live, name="live"),
    path("proctor/rows/", staff.live_rows, name="live-rows"),
    path("proctor/pictures/<uuid:pk>/", staff.snapshot, name="snapshot"),
    path("proctor/<uuid:pk>/", staff.case, name="case"),
    path("proctor/<uuid:pk>/clear/", staff.clear, name="clear"),
    path("proctor/<uuid:pk>/void/", staff.void, name="void"),
    path("proctor/<uuid:pk>/photo/", staff.case_photo, name="case-photo"),
    path("proctor/<uuid:pk>/profile-photo/", staff.case_profile_photo, name="case-profile-photo"),
]
