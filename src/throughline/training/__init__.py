"""Training: what is offered, who gets a place, who came, what they took home, and whom they taught in turn.

Names of participants are read by their own organisation, by the activity's team and by whom the participants agreed
to; everyone else reads counts. Participations and persons are counted apart, and so are direct and cascaded reach:
they are never added. What is not known about a participant (as after erasure) stays 'not reported'.
"""
