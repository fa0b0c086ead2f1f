from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "throughline.people"
    label = "people"
    verbose_name = "People"

    def ready(self) -> None:
        from throughline.kernel.access import lookup  # reason: apps must be loaded first
        from throughline.people.queries import viewer_of_key  # reason: as above

        lookup.register(viewer_of_key)
