from django.apps import AppConfig


class ChartsConfig(AppConfig):
    name = "throughline.kernel.charts"
    label = "charts"
    verbose_name = "Charts"
