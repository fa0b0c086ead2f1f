from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "throughline.kernel.search"
    label = "search"
    verbose_name = "Search"
