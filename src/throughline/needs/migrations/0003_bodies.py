import django.db.models.deletion
from django.db import migrations, models

import throughline.kernel.ids

MAJORITIES = [
    ("consensus", "Consensus"),
    ("two-thirds", "Two thirds of the votes"),
    ("simple", "Simple majority of the votes"),
]


def number(name):
    return models.PositiveSmallIntegerField(null=True, verbose_name=name)


class Migration(migrations.Migration):
    dependencies = [("reference", "0001_initial"), ("needs", "0002_initial")]
    operations = [
        migrations.CreateModel(
            name="Body",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=throughline.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("valid_from", models.DateField(blank=True, null=True, verbose_name="valid from")),
                ("valid_to", models.DateField(blank=True, null=True, verbose_name="valid to")),
                ("source", models.TextField(blank=True, verbose_name="source")),
                ("to_be_verified", models.BooleanField(default=False, verbose_name="to be verified")),
                ("code", models.SlugField(max_length=60, unique=True, verbose_name="code")),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                (
                    "majority",
                    models.CharField(
                        choices=MAJORITIES, default="consensus", max_length=12, verbose_name="it decides by"
                    ),
                ),
                (
                    "votes",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Of all members, present or not. Leave empty if it changes from meeting to meeting.",
                        null=True,
                        verbose_name="votes there are",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reference.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={"verbose_name_plural": "bodies", "ordering": ["title"]},
        ),
        migrations.RemoveField(model_name="exercise", name="majority"),
        migrations.RemoveField(model_name="exercise", name="validating_body"),
        migrations.AddField(
            model_name="exercise",
            name="body",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="needs.body",
                verbose_name="validating body",
                default=None,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="validation",
            name="majority",
            field=models.CharField(choices=MAJORITIES, max_length=12, verbose_name="it decided by", default=""),
            preserve_default=False,
        ),
        migrations.AddField(model_name="validation", name="votes_against", field=number("votes against")),
        migrations.AddField(model_name="validation", name="abstained", field=number("abstained")),
        migrations.AddField(model_name="validation", name="proxies", field=number("of these by proxy")),
    ]
