from django.apps import AppConfig


class CliConfig(AppConfig):
    name = "throughline.cli"
    label = "cli"
    verbose_name = "Command line"
