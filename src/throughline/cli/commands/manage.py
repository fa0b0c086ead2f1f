"""`throughline manage ...`: Django's own commands."""

import click


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Pass a command on to Django (createsuperuser, shell, dbshell, ...)."""
    from django.core.management import ManagementUtility  # reason: not needed for --help

    ManagementUtility(["throughline manage", *arguments]).execute()
