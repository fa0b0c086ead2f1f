"""Addresses of people and of one's own account."""

from django.urls import path, re_path
from django.views.generic.base import RedirectView

from throughline.people import account_views, signon_views, views

# What allauth would offer and we do not: these stand before its addresses and answer 'not found'.
closed = [
    path("accounts/email/", account_views.closed, name="account_email"),
    path("accounts/confirm-email/", account_views.closed, name="account_email_verification_sent"),
    re_path(r"^accounts/confirm-email/(?P<key>[-:\w]+)/$", account_views.closed, name="account_confirm_email"),
    path("accounts/password/set/", account_views.closed, name="account_set_password"),
    path("accounts/3rdparty/", account_views.closed, name="socialaccount_connections"),
    path("accounts/3rdparty/signup/", account_views.closed, name="socialaccount_signup"),
    path("accounts/3rdparty/login/cancelled/", account_views.closed, name="socialaccount_login_cancelled"),
    path("accounts/3rdparty/login/error/", account_views.closed, name="socialaccount_login_error"),
    re_path(r"^accounts/social/(?P<rest>.*)$", account_views.closed),
    path("accounts/login/code/confirm/", account_views.closed, name="account_confirm_login_code"),
]
# One page for all second factors.
together = [path("accounts/2fa/webauthn/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn")]
urlpatterns = [
    path("people/", views.people_list, name="people-list"),
    path("people/invite/", views.people_invite, name="people-invite"),
    path("people/second-factor/", views.people_second_factor, name="people-second-factor"),
    path("people/mails/", views.people_mails, name="people-mails"),
    path("people/<uuid:key>/", views.people_detail, name="people-detail"),
    path("people/<uuid:key>/role/", views.people_role, name="people-role"),
    path("people/<uuid:key>/account/", views.people_account, name="people-account"),
    path("people/invitations/<uuid:key>/withdraw/", views.invitation_withdraw, name="people-invitation-withdraw"),
    path("invitation/<str:token>/", account_views.accept, name="people-accept"),
    path("accounts/profile/", account_views.profile, name="people-profile"),
    path("accounts/sessions/", account_views.sessions, name="usersessions_list"),
    path("accounts/sessions/<int:number>/end/", account_views.session_end, name="people-session-end"),
    path("accounts/sessions/end-others/", account_views.sessions_end_others, name="people-session-end-others"),
    path("accounts/sessions/end-everything/", account_views.end_everything, name="people-end-everything"),
    path(
        "invitation/<str:token>/through/<slug:provider_id>/", signon_views.accept_through, name="people-accept-through"
    ),
    path("accounts/oidc/<slug:provider_id>/login/", signon_views.begin, name="openid_connect_login"),
    path("accounts/oidc/<slug:provider_id>/login/callback/", signon_views.callback, name="openid_connect_callback"),
    *closed,
    *together,
]
