"""Every address of the residents' portal."""

from django.urls import URLPattern, path

from dothi.web.portal.views import (
    asking,
    beginning,
    files,
    filing,
    find,
    inbox,
    ledger,
    own,
    public,
    vault,
    ward,
)

app_name = "portal"

urlpatterns: list[URLPattern] = [
    path("", find.home, name="home"),
    path("procedures/", find.search, name="search"),
    path("procedures/<str:code>/", find.procedure, name="procedure"),
    path("procedures/<str:code>/begin/", beginning.begin, name="begin"),
    path("dossiers/", own.dossiers, name="dossiers"),
    path("dossiers/<uuid:dossier_id>/", own.dossier, name="dossier"),
    path("dossiers/<uuid:dossier_id>/sent/", own.sent, name="sent"),
    path("dossiers/<uuid:dossier_id>/draft/", own.answer_draft, name="answer-draft"),
    path("dossiers/<uuid:dossier_id>/withdraw/", own.withdraw, name="withdraw"),
    path("dossiers/<uuid:dossier_id>/questions/<slug:page_id>/", asking.question, name="question"),
    path("dossiers/<uuid:dossier_id>/not-entitled/", filing.not_entitled, name="not-entitled"),
    path("dossiers/<uuid:dossier_id>/documents/", filing.documents, name="documents"),
    path("dossiers/<uuid:dossier_id>/check/", filing.check, name="check"),
    path("dossiers/<uuid:dossier_id>/level/", filing.level, name="level"),
    path("dossiers/<uuid:dossier_id>/files/<slug:field_id>/", files.file, name="file"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<uuid:notice_id>/", inbox.notice, name="notice"),
    path("reads/", inbox.reads, name="reads"),
    path("vault/", vault.results, name="vault"),
    path("vault/<uuid:result_id>/", vault.result, name="result"),
    path("papers/<uuid:paper_id>/", files.paper, name="paper"),
    path("papers/<uuid:paper_id>/proof/", files.proof, name="proof"),
    path("track/", public.track, name="track"),
    path("track/<str:code>/", public.tracked, name="tracked"),
    path("qr/<str:code>/", public.qr, name="qr"),
    path("verify/", public.verify, name="verify"),
    path("my-ward/", ward.my_ward, name="my-ward"),
    path("warnings/", ward.warnings, name="warnings"),
    path("warnings/feed.atom", ward.warnings_feed, name="warnings-feed"),
    path("warnings/<uuid:warning_id>/", ward.warning, name="warning"),
    path("warnings/<uuid:warning_id>/cap.xml", ward.warning_cap, name="warning-cap"),
    path("ledger/checkpoint", ledger.checkpoint, name="checkpoint"),
    path("ledger/key", ledger.key, name="key"),
    path("ledger/tile/<path:tile>", ledger.tile, name="tile"),
    path("robots.txt", ledger.robots, name="robots"),
]
