"""Every address of the residents' portal."""

from django.urls import URLPattern, path

from dothi.web.portal.views import apply, find, own, public, vault

app_name = "portal"

urlpatterns: list[URLPattern] = [
    path("", find.home, name="home"),
    path("procedures/", find.search, name="search"),
    path("procedures/<str:code>/", find.procedure, name="procedure"),
    path("procedures/<str:code>/begin/", apply.begin, name="begin"),
    path("dossiers/", own.dossiers, name="dossiers"),
    path("dossiers/<uuid:dossier_id>/", own.dossier, name="dossier"),
    path("dossiers/<uuid:dossier_id>/sent/", own.sent, name="sent"),
    path("dossiers/<uuid:dossier_id>/draft/", own.answer_draft, name="answer-draft"),
    path("dossiers/<uuid:dossier_id>/withdraw/", own.withdraw, name="withdraw"),
    path("dossiers/<uuid:dossier_id>/questions/<slug:page_id>/", apply.question, name="question"),
    path("dossiers/<uuid:dossier_id>/not-entitled/", apply.not_entitled, name="not-entitled"),
    path("dossiers/<uuid:dossier_id>/documents/", apply.documents, name="documents"),
    path("dossiers/<uuid:dossier_id>/check/", apply.check, name="check"),
    path("inbox/", own.inbox, name="inbox"),
    path("inbox/<uuid:notice_id>/", own.notice, name="notice"),
    path("reads/", own.reads, name="reads"),
    path("vault/", vault.results, name="vault"),
    path("vault/<uuid:result_id>/", vault.result, name="result"),
    path("papers/<uuid:paper_id>/", vault.paper, name="paper"),
    path("track/", public.track, name="track"),
    path("track/<str:code>/", public.tracked, name="tracked"),
    path("verify/", public.verify, name="verify"),
    path("ledger/checkpoint", public.checkpoint, name="checkpoint"),
    path("ledger/tile/<path:tile>", public.tile, name="tile"),
]
