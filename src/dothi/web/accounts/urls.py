"""Every address of the sign-in pages and of one's own account."""

from django.urls import URLPattern, path

from dothi.web.accounts.views import official, resident, security

app_name = "accounts"

urlpatterns: list[URLPattern] = [
    path("sign-in/", resident.choose, name="sign-in"),
    path("vneid/", resident.start, name="vneid"),
    path("vneid/callback/", resident.callback, name="vneid-callback"),
    path("sign-out/", resident.sign_out, name="sign-out"),
    path("signed-out/", resident.signed_out, name="signed-out"),
    path("official/", official.password, name="official"),
    path("official/code/", official.code, name="code"),
    path("official/passkey/", official.passkey, name="passkey"),
    path("confirm/", official.confirm, name="confirm"),
    path("post/", official.post, name="post"),
    path("security/", security.overview, name="security"),
    path("security/passkey/", security.add_passkey, name="add-passkey"),
    path("security/totp/", security.add_totp, name="add-totp"),
    path("security/factors/<uuid:factor_id>/remove/", security.remove_factor, name="remove-factor"),
    path("security/sessions/<uuid:sign_in_id>/end/", security.end_session, name="end-session"),
]
