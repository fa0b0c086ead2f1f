"""Starting Django and finding out who acts."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

import click

from throughline.cli.errors import Denied, Fault

if TYPE_CHECKING:
    from throughline.kernel.access.viewer import Viewer
    from throughline.people.models import User

Command = TypeVar("Command", bound=Callable[..., Any])


def start() -> None:
    """Load settings and apps (and start the bundled PostgreSQL, where that is used)."""
    import django  # reason: `throughline --help` needs none of it
    from django.apps import apps

    if not apps.ready:
        django.setup()


def needs_django(function: Command) -> Command:
    """A command that starts with Django ready."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        start()
        return function(*args, **kwargs)

    return run  # type: ignore[return-value]


def acts(function: Command) -> Command:
    """A command on behalf of a person: gives it `actor`, a Viewer, and the option `--as`."""

    @click.option(
        "--as",
        "acting",
        metavar="EMAIL",
        envvar="THROUGHLINE_AS",
        help="Who acts [default: THROUGHLINE_AS, else the only superuser]",
    )
    @wraps(function)
    def run(*args: Any, acting: str | None, **kwargs: Any) -> Any:
        start()
        from throughline.kernel.access.standing import standing_as  # reason: only once Django is set up
        from throughline.kernel.history.unit import request_context

        actor = actor_named(acting)
        with request_context(), standing_as(actor):
            return function(*args, actor=actor, **kwargs)

    return run  # type: ignore[return-value]


def actor_named(address: str | None) -> "Viewer":
    """The person with this address as a Viewer; without an address, see the option's help."""
    from throughline.people.models import User  # reason: only once Django is set up
    from throughline.people.queries import viewer_for

    wanted = (address or "").strip().lower()
    if wanted:
        user = User.objects.filter(email=wanted).first()
        if user is None:
            raise Fault(f"Nobody has an account with the address {wanted}.")
    else:
        user = usual_actor()
        if user is None:
            raise Fault("Say who acts: --as EMAIL, or set THROUGHLINE_AS.")
    if not user.is_active:
        raise Denied(f"The account {user.email} is not active.")
    return viewer_for(user)


def usual_actor() -> "User | None":
    """The only superuser. In a demonstration, where nobody is real, the secretariat."""
    from throughline.kernel.access.choices import Role  # reason: only once Django is set up
    from throughline.people.models import User

    active = User.objects.filter(is_active=True)
    superusers = list(active.filter(is_superuser=True)[:2])
    if superusers or active.filter(illustrative=False).exists():
        return superusers[0] if len(superusers) == 1 else None
    return active.filter(roles__role=Role.SECRETARIAT).order_by("joined_at", "email").first()
