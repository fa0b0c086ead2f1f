"""Settings of one installation. Everything that differs between two comes from the environment."""

from pathlib import Path

from csp.constants import NONCE
from django.utils.translation import gettext_lazy as _

from throughline.config import environment as env
from throughline.config.database import bundled_url, from_url
from throughline.config.signon import providers

PACKAGE = Path(__file__).resolve().parent.parent
ROOT = PACKAGE.parent.parent
DATA = env.data_folder()
FACTS = DATA / "facts"

DEBUG = env.flag("THROUGHLINE_DEBUG")
SECRET_KEY = env.secret_key(DATA)
SECRET_KEY_GIVEN = bool(env.text("THROUGHLINE_SECRET_KEY"))
ALLOWED_HOSTS = env.words("THROUGHLINE_HOSTS", "localhost 127.0.0.1 [::1]")
CSRF_TRUSTED_ORIGINS = env.words("THROUGHLINE_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
    "csp",
    *[
        f"throughline.kernel.{part}"
        for part in (
            "access history flow resources intake measures charts trace reporting layouts rounds files jobs notify upkeep duplicates watch comments proposing following desk bulk search ui"
        ).split()
    ],
    *[
        f"throughline.{app}"
        for app in "reference people incidents results training needs publications publications.public web api portal cli demo".split()
    ],
]

MIDDLEWARE = [
    "throughline.web.probes.ProbeMiddleware",
    "throughline.web.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "throughline.portal.middleware.PublicMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "throughline.web.middleware.ViewerMiddleware",
    "throughline.people.middleware.SecondFactorMiddleware",
]

ROOT_URLCONF = "throughline.config.urls"
WSGI_APPLICATION = "throughline.config.wsgi.application"
AUTH_USER_MODEL = "people.User"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Our own frame comes before the templates of the sign-in package.
        "DIRS": [PACKAGE / "kernel" / "ui" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "throughline.kernel.ui.context.shell",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "throughline.kernel.ui.templatetags.ui",
                "throughline.kernel.charts.templatetags.charts",
            ],
        },
    },
]

DATABASES = {"default": from_url(env.text("DATABASE_URL") or bundled_url(DATA), pool=env.number("THROUGHLINE_POOL"))}

# The second wall: the database itself refuses what a door may not read (docs/adr/0190). Off: `visible_to` stands alone.
THROUGHLINE_WALL = env.flag("THROUGHLINE_WALL", default=True)

CACHES = {
    # What all processes count together: attempts to sign in, wrong keys and codes.
    "default": {"BACKEND": "throughline.kernel.upkeep.sharedcache.SharedCache"},
    # What is only quicker kept than made again, in each process by itself.
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Signing in (docs/threat-model.md says what each of these guards against).
THROUGHLINE_ADDRESS = env.text("THROUGHLINE_ADDRESS", "http://127.0.0.1:8000")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
PASSWORD_RESET_TIMEOUT = 60 * 60
ACCOUNT_ADAPTER = "throughline.people.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# The address to count attempts by is the one our own proxy names, never one the client claims.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.flag("THROUGHLINE_HTTPS") else 0
MFA_ADAPTER = "throughline.people.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "throughline.people.factors.AddPasskey",
    "edit_webauthn": "throughline.people.factors.RenamePasskey",
    "authenticate_webauthn": "throughline.people.factors.SecondStepByPasskey",
    "login_webauthn": "throughline.people.factors.SignInByPasskey",
    "reauthenticate_webauthn": "throughline.people.factors.ConfirmByPasskey",
}
# Two a sign-in, and a whole ministry may share one address; behind a passkey there is nothing to guess.
MFA_RATE_LIMITS = {"webauthn_login": "120/m/ip"}
MFA_TOTP_ISSUER = "Throughline"
MFA_ALLOW_UNVERIFIED_EMAIL = True
USERSESSIONS_TRACK_ACTIVITY = True

# Single sign-on (docs/run/single-sign-on.md): off without a file. What providers may do is said in people/signon.py.
THROUGHLINE_SSO = providers(env.text("THROUGHLINE_SSO_FILE"))
SOCIALACCOUNT_ADAPTER = "throughline.people.signon.SignOnAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [provider.app for provider in THROUGHLINE_SSO]}
}
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 5

# Mail leaves through your server (EMAIL_HOST); without one it lies in the data folder to be read there.
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = int(env.text("EMAIL_PORT", "25"))
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_USE_SSL = env.flag("EMAIL_USE_SSL")
EMAIL_TIMEOUT = 10
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = DATA / "mail"
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "Throughline <throughline@localhost>")

LANGUAGE_CODE = "en-gb"
LANGUAGES = [
    ("en-gb", _("English")),
    ("sr-latn", _("Bosnian/Croatian/Montenegrin/Serbian")),
    ("sq", _("Albanian")),
    ("mk", _("Macedonian")),
]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_TZ = True
TIME_ZONE = env.text("THROUGHLINE_TIME_ZONE", "Europe/Belgrade")

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
NODE_MODULES = Path(env.text("THROUGHLINE_NODE_MODULES") or ROOT / "node_modules")
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "throughline.config.vendored.PackageFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "throughline.config.storage.StaticStorage"},
}

# Nothing from elsewhere, nothing inline, no eval: what a page runs lies in our own files.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'", NONCE],  # the nonce is for the import map alone, which cannot be a file
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "media-src": ["'self'"],
        "connect-src": ["'self'"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
# A long section of a questionnaire, saved without script, posts two fields for each answer.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_NAME = "throughline_session"
CSRF_COOKIE_NAME = "throughline_csrf"
# Behind a proxy that ends TLS (docs/running/install.md): cookies travel encrypted only.
if env.flag("THROUGHLINE_HTTPS"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = env.number("THROUGHLINE_HSTS", 31_536_000)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "throughline.kernel.upkeep.logs.Plain"},
        "json": {"()": "throughline.kernel.upkeep.logs.Json"},
        "everything": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "everything" if DEBUG else env.text("THROUGHLINE_LOG_FORMAT", "plain"),
        }
    },
    "root": {"handlers": ["console"], "level": env.text("THROUGHLINE_LOG", "WARNING")},
}
# Who may read /metrics and the details of /health/ready (docs/run/operate.md); below how much room the disk counts as full.
THROUGHLINE_METRICS_TOKEN = env.text("THROUGHLINE_METRICS_TOKEN")
THROUGHLINE_LOW_DISK = env.number("THROUGHLINE_LOW_DISK_MB", 500) * 1024**2
# What works figures out: DuckDB in this process, or a Spark Connect endpoint (docs/scale.md), and where its workers see the facts.
THROUGHLINE_FACTS_ENGINE = env.text("THROUGHLINE_FACTS_ENGINE", "duckdb")
THROUGHLINE_FACTS_SEEN_AS = env.text("THROUGHLINE_FACTS_SEEN_AS")
# Counts from one up to below this are withheld from everything public (docs/use/public.md).
THROUGHLINE_SMALLEST_SHOWN = env.number("THROUGHLINE_SMALLEST_SHOWN", 5)
