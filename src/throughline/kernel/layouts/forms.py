"""The form with which an edition of a template is brought in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from throughline.kernel.layouts.services import LONGEST_COMMENT


class UploadForm(forms.Form):
    """A file and what was changed in it. Whether it is taken, the verb says."""

    file = forms.FileField(
        label=_("Template"),
        help_text=_(
            "A Word file (.docx) or a PowerPoint file (.pptx), at most 25 MB, without macros and links to pictures."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".docx,.pptx"}),
    )
    comment = forms.CharField(label=_("What was changed"), max_length=LONGEST_COMMENT, required=False)
