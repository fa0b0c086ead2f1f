"""What a person chose for their own lists."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from throughline.kernel.ids import new_id


class ColumnChoice(models.Model):
    """The columns one person wants to see in one noun's list."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    noun = models.CharField(max_length=40)
    columns = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "noun"], name="one_column_choice_a_noun"),
        ]

    def __str__(self) -> str:
        return f"{self.noun}: {', '.join(self.columns)}"
