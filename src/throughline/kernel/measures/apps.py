from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "throughline.kernel.measures"
    label = "measures"
    verbose_name = "Measures"
