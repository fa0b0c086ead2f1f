"""The words of a column of folded text, for its index and for the question to it: both must be the same expression."""

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func


class SearchedWords(Func):
    """What Django's `SearchVector` writes, without its COALESCE around the column.

    Behind the second wall PostgreSQL uses an index only for conditions whose every part it trusts to be silent, and
    COALESCE it never trusts (docs/adr/0190). So the column may not be null.
    """

    function = "to_tsvector"
    template = "%(function)s('simple'::regconfig, %(expressions)s)"
    arity = 1
    output_field = SearchVectorField()
