"""Addresses of intake."""

from django.urls import path

from throughline.kernel.intake.views import batches, previews, steps

urlpatterns = [
    path("imports/", batches.batch_list, name="import-list"),
    path("imports/add/", steps.add, name="import-add"),
    path("imports/uploads/<uuid:key>/reading/", steps.reading, name="import-reading"),
    path("imports/uploads/<uuid:key>/columns/", steps.columns, name="import-columns"),
    path("imports/uploads/<uuid:key>/values/", steps.values, name="import-values"),
    path("imports/uploads/<uuid:key>/preview/", previews.preview, name="import-preview"),
    path("imports/uploads/<uuid:key>/wrong-rows/", previews.wrong_rows, name="import-wrong-rows"),
    path("imports/uploads/<uuid:key>/apply/", previews.apply, name="import-apply"),
    path("imports/uploads/<uuid:key>/discard/", steps.discard, name="import-discard"),
    path("imports/<uuid:key>/", batches.batch_detail, name="import-batch"),
    path("imports/<uuid:key>/undo/", batches.undo, name="import-undo"),
]
