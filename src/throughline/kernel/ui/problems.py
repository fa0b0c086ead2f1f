"""Saying in a form what a verb objected to."""

from django.forms import BaseForm

from throughline.kernel.access.errors import Invalid


def show_problems(form: BaseForm, invalid: Invalid) -> None:
    """Each problem at its field; above the form, if the form has no such field."""
    for problem in invalid.problems:
        form.add_error(problem.field if problem.field in form.fields else None, str(problem.message))
