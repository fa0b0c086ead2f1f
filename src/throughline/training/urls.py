"""Addresses of training beyond those every noun has. Included before them."""

from django.urls import URLPattern, URLResolver, path

from throughline.training.views import calendar, mine, people, places, sessions

urlpatterns: list[URLPattern | URLResolver] = [
    path("training/calendar/", calendar.calendar, name="calendar"),
    path("training/calendar/file.ics", calendar.file, name="calendar-file"),
    path("training/calendar/feeds/", calendar.feed_list, name="calendar-feeds"),
    path("training/calendar/feeds/<uuid:key>/revoke/", calendar.feed_revoke, name="calendar-feed-revoke"),
    path("training/feeds/<str:key>.ics", calendar.feed, name="calendar-feed"),
    path("activities/<str:key>/calendar.ics", calendar.one, name="activity-calendar"),
    path("activities/<str:key>/sessions/", sessions.add, name="activity-sessions"),
    path("training/people/", people.people, name="training-people"),
    path("training/people/add/", people.add, name="training-person-add"),
    path("training/people/<uuid:key>/", people.person, name="training-person"),
    path("training/people/<uuid:key>/erase/", people.erase, name="training-person-erase"),
    path("training/people/<uuid:key>/consent/", people.consent, name="training-person-consent"),
    path("training/mine/", mine.page, name="training-mine"),
    path("training/mine/claim/", mine.claim, name="training-mine-claim"),
    path("training/mine/data/", mine.data, name="training-mine-data"),
    path("training/mine/consent/", mine.consent, name="training-mine-consent"),
    path("training/mine/erase/", mine.erase, name="training-mine-erase"),
    path("training/mine/<uuid:key>/", mine.answer, name="training-mine-answer"),
    path("activities/<str:key>/places/", places.places, name="training-places"),
    path("activities/<str:key>/places/nominate/", places.nominate, name="training-nominate"),
    path("activities/<str:key>/places/order/", places.order, name="training-order"),
    path("activities/<str:key>/places/decide/", places.decide, name="training-decide"),
    path("activities/<str:key>/places/invite/", places.invite, name="training-invite"),
    path("activities/<str:key>/places/release/", places.release, name="training-release"),
    path("activities/<str:key>/places/answer/", places.answer, name="training-answer"),
]
