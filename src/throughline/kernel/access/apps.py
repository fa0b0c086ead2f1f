from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "throughline.kernel.access"
    label = "access"
    verbose_name = "Access"

    def ready(self) -> None:
        # Told of each app with models; the tables are all there after the last.
        last = [one for one in apps.get_app_configs() if one.models_module is not None][-1]
        post_migrate.connect(wall_after_migrating, sender=last, dispatch_uid="access.wall")


def wall_after_migrating(**_kwargs: Any) -> None:
    """Whoever migrates has the second wall, too; not while the program's tables are only partly there."""
    from throughline.kernel.access import wall  # reason: models are there by now, and not before

    if wall.has_its_tables():
        wall.put_up()
