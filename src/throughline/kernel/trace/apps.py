from django.apps import AppConfig


class TraceConfig(AppConfig):
    name = "throughline.kernel.trace"
    label = "trace"
    verbose_name = "Trace"
