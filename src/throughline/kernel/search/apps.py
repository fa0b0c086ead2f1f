from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "throughline.kernel.search"
    label = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        from throughline.kernel.search import registry  # reason: apps must be loaded first
        from throughline.kernel.search.pages import SOURCES  # reason: as above

        registry.register(*SOURCES)
