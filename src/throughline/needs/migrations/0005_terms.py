from django.db import migrations, models

HORIZONS = (
    "Two urgency rates, such as 66, 33: from the first a need is short term, from the second mid term, "
    "below long term. Empty: needs are not grouped."
)


class Migration(migrations.Migration):
    dependencies = [("needs", "0004_guard")]
    operations = [
        migrations.AddField(
            model_name="method",
            name="horizons",
            field=models.CharField(
                blank=True,
                default="",
                help_text=HORIZONS,
                max_length=20,
                verbose_name="short and mid term from urgency, percent",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="exercise",
            name="aim_weeks",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="What is aimed at, such as 7 for a fast track. Empty: nothing is.",
                null=True,
                verbose_name="weeks from asking to publication",
            ),
        ),
        migrations.AddField(
            model_name="exercise",
            name="published_on",
            field=models.DateField(editable=False, null=True, verbose_name="published"),
        ),
        migrations.AlterModelOptions(
            name="topicresult", options={"ordering": ["rank"], "verbose_name": "training need"}
        ),
    ]
