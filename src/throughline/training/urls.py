"""Addresses of training beyond those every noun has. Included before them."""

from django.urls import URLPattern, URLResolver, path

from throughline.training.views import calendar, sessions

urlpatterns: list[URLPattern | URLResolver] = [
    path("training/calendar/", calendar.calendar, name="calendar"),
    path("training/calendar/file.ics", calendar.file, name="calendar-file"),
    path("training/calendar/feeds/", calendar.feed_list, name="calendar-feeds"),
    path("training/calendar/feeds/<uuid:key>/revoke/", calendar.feed_revoke, name="calendar-feed-revoke"),
    path("training/feeds/<str:key>.ics", calendar.feed, name="calendar-feed"),
    path("activities/<str:key>/calendar.ics", calendar.one, name="activity-calendar"),
    path("activities/<str:key>/sessions/", sessions.add, name="activity-sessions"),
]
