"""Addresses of jobs."""

from django.urls import path

from throughline.kernel.jobs import views

urlpatterns = [
    path("jobs/", views.job_list, name="job-list"),
    path("jobs/<uuid:key>/", views.job_detail, name="job-detail"),
    path("jobs/<uuid:key>/progress/", views.job_progress, name="job-progress"),
    path("jobs/<uuid:key>/cancel/", views.job_cancel, name="job-cancel"),
    path("jobs/<uuid:key>/resume/", views.job_resume, name="job-resume"),
]
