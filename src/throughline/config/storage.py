"""How collected static files are stored: named by their content, compressed once, cached for ever."""

from typing import Any, ClassVar

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Whitenoise's storage, except that it follows references in style sheets only.

    The browser packages name source maps that are not collected; Django would refuse them for that.
    """

    patterns: ClassVar[Any] = tuple(
        entry for entry in CompressedManifestStaticFilesStorage.patterns if entry[0] == "*.css"
    )
