"""What of a release is open to everyone. Its content never changes: only opening and closing are written later."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import throughline.kernel.ids

MOVABLE = ("opened_by_id", "opened_at", "opened_why", "closed_by_id", "closed_at", "closed_why")
LEFT_OUT = " ".join(f"- '{name}'" for name in MOVABLE)
GUARD = f"""
CREATE FUNCTION public_edition_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.closed_at IS NULL
        AND to_jsonb(OLD) {LEFT_OUT} = to_jsonb(NEW) {LEFT_OUT} THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was made public never changes: % refused', TG_OP USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER public_edition_frozen BEFORE UPDATE OR DELETE ON public_publicedition
    FOR EACH ROW EXECUTE FUNCTION public_edition_is_frozen();
CREATE TRIGGER public_edition_not_emptied BEFORE TRUNCATE ON public_publicedition
    FOR EACH STATEMENT EXECUTE FUNCTION public_edition_is_frozen();
"""
UNGUARD = """
DROP TRIGGER public_edition_not_emptied ON public_publicedition;
DROP TRIGGER public_edition_frozen ON public_publicedition;
DROP FUNCTION public_edition_is_frozen();
"""


def person(*, optional: bool) -> models.ForeignKey:
    return models.ForeignKey(
        null=optional,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("publications", "0002_guard"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="PublicEdition",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=throughline.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("reference", models.CharField(max_length=40, verbose_name="reference")),
                ("threshold", models.PositiveSmallIntegerField(verbose_name="smallest count shown")),
                ("whole", models.BooleanField(verbose_name="nothing is withheld")),
                ("content", models.JSONField(verbose_name="content")),
                ("fingerprint", models.CharField(max_length=64, verbose_name="fingerprint of the content")),
                ("proposed_at", models.DateTimeField(verbose_name="proposed")),
                ("proposed_why", models.TextField(verbose_name="reason")),
                ("opened_at", models.DateTimeField(null=True, verbose_name="opened")),
                ("opened_why", models.TextField(blank=True, verbose_name="reason")),
                ("closed_at", models.DateTimeField(null=True, verbose_name="closed")),
                ("closed_why", models.TextField(blank=True, verbose_name="reason")),
                ("proposed_by", person(optional=False)),
                ("opened_by", person(optional=True)),
                ("closed_by", person(optional=True)),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="public_editions",
                        to="publications.release",
                    ),
                ),
            ],
            options={
                "ordering": ["-proposed_at"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("release",),
                        name="one_public_edition_at_a_time",
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
