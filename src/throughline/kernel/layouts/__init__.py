"""Templates that a secretariat edits: Word and PowerPoint files of a programme, kept in editions, looked over before use.

What a template may name, and how it is filled, is `kernel.reporting`'s; here it is taken in, judged, tried and made active.
It runs nothing that a file brings along and opens nothing that a file points to.
"""
