from django.apps import AppConfig


class FlowConfig(AppConfig):
    name = "throughline.kernel.flow"
    label = "flow"
    verbose_name = "Flow"
