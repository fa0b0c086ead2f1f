"""Small cells of linked tables, and what has to be withheld so that nobody works them out."""

from throughline.kernel.suppression.method import Protected, Sum, UnprotectableError, interval, is_small, protect

__all__ = ["Protected", "Sum", "UnprotectableError", "interval", "is_small", "protect"]
