"""Addresses of rounds. Included before those every noun has: the plain views come first."""

from django.urls import URLPattern, path

from throughline.kernel.rounds import answer_urls
from throughline.kernel.rounds.openrosa import urls as openrosa
from throughline.kernel.rounds.views import deciding, excel, exports, parts, questionnaires, running

urlpatterns: list[URLPattern] = []

# Who runs rounds, decides and shares out.
urlpatterns += [
    path("questionnaires/add/", questionnaires.make, name="questionnaire-make"),
    path("questionnaires/<str:key>/editions/add/", questionnaires.upload, name="questionnaire-upload"),
    path("questionnaires/<str:key>/editions/<int:number>/", questionnaires.preview, name="questionnaire-preview"),
    path(
        "questionnaires/<str:key>/editions/<int:number>/form.xlsx", questionnaires.source, name="questionnaire-source"
    ),
    path(
        "questionnaires/<str:key>/editions/<int:number>/media/<str:name>",
        questionnaires.medium,
        name="questionnaire-medium",
    ),
    path(
        "questionnaires/<str:key>/changes/<int:before>-<int:after>/",
        questionnaires.changes,
        name="questionnaire-changes",
    ),
    path("rounds/add/", running.prepare, name="round-prepare"),
    path("rounds/<str:key>/change/", running.change, name="round-rework"),
    path("rounds/<str:key>/open/", running.open_, name="round-open"),
    path("rounds/<str:key>/remind/", running.remind, name="round-remind"),
    path("rounds/<str:key>/ask/", running.ask, name="round-ask"),
    path("rounds/<str:key>/close/", running.close, name="round-close"),
    path("rounds/<str:key>/reopen/", running.reopen, name="round-reopen"),
    path("rounds/<str:key>/due.ics", running.calendar, name="round-calendar"),
    path("rounds/<str:key>/returns/<str:ref>/more-time/", running.extend, name="round-extend"),
    path("rounds/<str:key>/returns/<str:ref>/ask-no-longer/", running.ask_no_longer, name="round-ask-no-longer"),
    path("returns/<str:key>/decide/", deciding.decide, name="return-decide"),
    path("returns/<str:key>/accept/", deciding.accept, name="return-accept"),
    path("returns/<str:key>/give-back/", deciding.give_back, name="return-give-back"),
    path("returns/<str:key>/reopen/", deciding.reopen, name="return-reopen"),
    path("returns/<str:key>/share-out/", parts.share_out, name="return-share-out"),
    path("returns/<str:key>/take-over/", parts.take_over, name="return-take-over"),
    path("returns/<str:key>/parts/<str:ref>/send-back/", parts.send_back, name="part-send-back"),
    path("returns/<str:key>/parts/<str:ref>/withdraw/", parts.withdraw, name="part-withdraw"),
]

# Phones.
urlpatterns += openrosa.urlpatterns

# The Excel file of a return or part, and the answers of a round as a file.
for _noun in ("return", "part"):
    urlpatterns += [
        path(f"{_noun}s/<str:key>/excel/", excel.excel, {"noun": _noun}, name=f"{_noun}-excel"),
        path(f"{_noun}s/<str:key>/excel/file.xlsx", excel.excel_file, {"noun": _noun}, name=f"{_noun}-excel-file"),
        path(f"{_noun}s/<str:key>/excel/<uuid:file>/", excel.check, {"noun": _noun}, name=f"{_noun}-excel-check"),
        path(
            f"{_noun}s/<str:key>/excel/<uuid:file>/discard/",
            excel.throw_away,
            {"noun": _noun},
            name=f"{_noun}-excel-discard",
        ),
    ]
urlpatterns += [
    path("rounds/<str:key>/answers/", exports.answers, name="round-answers"),
    path("rounds/<str:key>/answers.<str:fmt>", exports.answers_file, name="round-answers-file"),
]

# Those who answer.
urlpatterns += answer_urls.urlpatterns
