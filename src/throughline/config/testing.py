"""Settings for the tests: a PostgreSQL and a data folder of their own, nothing slow, nothing from outside."""

import os
import tempfile
from pathlib import Path

# Processes that tests run in, and those they start, share the folder (and its PostgreSQL) of the first.
_base = os.environ.get("THROUGHLINE_DATA") or Path(tempfile.gettempdir()) / f"throughline-{os.getuid()}"
_tests = Path(os.environ.setdefault("THROUGHLINE_TESTS", str(Path(_base) / "tests")))
_tests.mkdir(parents=True, exist_ok=True)
os.environ["THROUGHLINE_DATA"] = str(_tests)
os.environ.setdefault("THROUGHLINE_SECRET_KEY", "only-for-tests")
os.environ.pop("THROUGHLINE_AS", None)

from throughline.config.settings import *  # noqa: E402, F403  reason: the environment above must be set first
from throughline.config.settings import DATABASES, MIDDLEWARE  # noqa: E402  reason: as above

# Losing the last transactions in a power cut is no loss here, and saves the wait for the disk.
DATABASES["default"]["OPTIONS"] = {
    name: value for name, value in DATABASES["default"]["OPTIONS"].items() if name != "pool"
} | {"options": "-c synchronous_commit=off"}
DATABASES["default"]["CONN_MAX_AGE"] = 0

ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Static files come from the finders; nothing is collected.
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
ACCOUNT_RATE_LIMITS = False
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
