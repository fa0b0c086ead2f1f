"""Batches of data that came in, and the profiles that say how a file is read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from throughline.kernel.ids import new_id


class Batch(models.Model):
    """One file (or API body) that was brought in as a whole, and can be undone as a whole."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    noun = models.CharField(_("noun"), max_length=40)

    def __str__(self) -> str:
        return f"{self.noun} {self.pk}"
