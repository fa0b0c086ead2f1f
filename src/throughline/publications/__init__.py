"""What was released, to whom, and in which form: frozen documents that nobody can change.

This app never computes a figure and never asks a record: it keeps what a signed report said.
"""
