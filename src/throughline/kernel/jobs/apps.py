from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "throughline.kernel.jobs"
    label = "jobs"
    verbose_name = "Jobs"
