"""What phones attach: what a camera, a microphone or a file picker gives."""

from django.utils.translation import gettext_lazy as _

from throughline.kernel.files.purposes import MEGABYTE, Purpose

# The most that is read of one request. A phone splits what is more over several, but one film cannot be split.
MOST_READ = 128 * MEGABYTE
PHONE = Purpose(
    "phone",
    _("sent from a phone"),
    (
        "jpg", "jpeg", "png", "gif", "webp", "heic", "mp4", "mov", "3gp", "3gpp", "webm", "m4a", "mp3", "ogg", "wav", "amr",
        "pdf", "csv", "txt", "docx", "xlsx",
    ),
    100 * MEGABYTE,
)  # fmt: skip
