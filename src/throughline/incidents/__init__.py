"""Armed-violence incidents: what happened, where, with which weapons, to whom, and who says so.

The subject of the armed violence monitoring platform. It keeps no names of persons and never counts what
a second person has not verified.
"""
