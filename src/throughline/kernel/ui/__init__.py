"""How every page looks and speaks: the frame, the line of six stations, the components and their tags.

It never decides who may see a record, and it never reads a subject's tables: apps register what they
want shown (`navigation`, `waiting`, `frame`) and hand plain values to the tags.
"""
