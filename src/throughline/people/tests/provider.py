"""An OpenID Connect provider in a process of its own: django-oauth-toolkit, as ministries run it.

    python provider.py PORT CLIENT SECRET REDIRECT_URIS FOLDER

Discovery, consent, codes with PKCE demanded, ID tokens signed with RS256, userinfo. Everyone's password is the same.
"""

import sys
from pathlib import Path
from typing import Any

PASSWORD = "not known to the program"
# Who signs in there: name, address it tells, whether it vouches for it.
PEOPLE = {
    "alice": ("alice@example.org", True),
    "newcomer": ("alice@example.org", True),
    "stranger": ("stranger@example.org", True),
    "doubtful": ("bob@example.org", False),
    "foreign": ("sofia@elsewhere.example", True),
    "mira": ("mira@example.org", True),
    "adam": ("adam@example.org", True),
}
LOGIN = """<!doctype html><title>Provider</title><h1>Provider</h1><form method="post">{% csrf_token %}{{ form.as_p }}
<input type="hidden" name="next" value="{{ next }}"><button>Log in</button></form>"""
CONSENT = """<!doctype html><title>Provider</title><h1>Tell Throughline who you are?</h1><form method="post">{% csrf_token %}
{% for field in form %}{% if field.is_hidden %}{{ field }}{% endif %}{% endfor %}{{ error }}
<input type="submit" value="No"><input type="submit" name="allow" value="Yes"></form>"""


def configure(folder: Path) -> None:
    from cryptography.hazmat.primitives import serialization as form  # reason: once the process is set up
    from cryptography.hazmat.primitives.asymmetric import rsa  # reason: once the process is set up
    from django.conf import settings  # reason: once the process is set up

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()).decode()
    settings.configure(
        SECRET_KEY="of the provider",
        DEBUG=True,
        ALLOWED_HOSTS=["localhost"],
        ROOT_URLCONF="provider_urls",
        SESSION_COOKIE_NAME="provider_session",
        CSRF_COOKIE_NAME="provider_csrf",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "provider.sqlite"}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "context_processors": ["django.template.context_processors.request"],
                    "loaders": [
                        (
                            "django.template.loaders.locmem.Loader",
                            {"oauth2_provider/authorize.html": CONSENT, "login.html": LOGIN},
                        ),
                        "django.template.loaders.app_directories.Loader",
                    ],
                },
            }
        ],
        LOGIN_URL="/login/",
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": pem,
            "PKCE_REQUIRED": True,
            "SCOPES": {"openid": "Who you are", "profile": "Your name", "email": "Your address"},
            "OAUTH2_VALIDATOR_CLASS": "provider_urls.Validator",
        },
    )


def addresses() -> None:
    """The module of addresses, made once Django is set up."""
    import types  # reason: once the process is set up

    from django.contrib.auth.views import LoginView  # reason: once the process is set up
    from django.http import HttpResponse  # reason: once the process is set up
    from django.urls import include, path  # reason: once the process is set up
    from oauth2_provider.oauth2_validators import OAuth2Validator  # reason: once the process is set up

    class Validator(OAuth2Validator):
        oidc_claim_scope = None

        def get_additional_claims(self, request: Any) -> dict[str, Any]:
            address, vouched = PEOPLE[request.user.username]
            return {"email": address, "email_verified": vouched, "name": request.user.username.capitalize()}

        def get_userinfo_claims(self, request: Any) -> dict[str, Any]:
            return {**super().get_userinfo_claims(request), **self.get_additional_claims(request)}

    module = types.ModuleType("provider_urls")
    module.Validator = Validator
    sys.modules["provider_urls"] = module
    module.urlpatterns = [
        path("login/", LoginView.as_view(template_name="login.html")),
        path("favicon.ico", lambda request: HttpResponse(status=204)),
        path("", include("oauth2_provider.urls", namespace="oauth2_provider")),
    ]


def people(client: str, secret: str, redirect_uris: str) -> None:
    from django.contrib.auth.models import User  # reason: once the process is set up
    from django.core.management import call_command  # reason: once the process is set up
    from oauth2_provider.models import Application  # reason: once the process is set up

    call_command("migrate", verbosity=0)
    for name in PEOPLE:
        User.objects.create_user(name, password=PASSWORD)
    Application.objects.create(
        name="Throughline",
        client_id=client,
        client_secret=secret,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=redirect_uris,
        algorithm=Application.RS256_ALGORITHM,
    )


def main(port: str, client: str, secret: str, redirect_uris: str, folder: str) -> None:
    configure(Path(folder))
    import django  # reason: once the process is set up

    django.setup()
    addresses()
    people(client, secret, redirect_uris)
    from django.core.servers.basehttp import (  # reason: once the process is set up
        ThreadedWSGIServer,
        WSGIRequestHandler,
    )
    from django.core.wsgi import get_wsgi_application  # reason: once the process is set up

    server = ThreadedWSGIServer(("localhost", int(port)), WSGIRequestHandler)
    server.set_app(get_wsgi_application())
    sys.stdout.write(f"listening on {server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
