from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "throughline.kernel.notify"
    label = "notify"
    verbose_name = "Notify"
