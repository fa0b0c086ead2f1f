"""The nouns of training."""

from throughline.training.models.catalogue import Activity, Component, Entry, Feed, Project, Quota, Session
from throughline.training.models.evaluation import Evaluation, Opinion, Ticket
from throughline.training.models.people import Attendance, Certificate, Consent, Person, Place, PlaceStep
from throughline.training.models.teaching import Cascade, Contact, Pairing, Trainer

__all__ = [
    "Activity",
    "Attendance",
    "Cascade",
    "Certificate",
    "Component",
    "Consent",
    "Contact",
    "Entry",
    "Evaluation",
    "Feed",
    "Opinion",
    "Pairing",
    "Person",
    "Place",
    "PlaceStep",
    "Project",
    "Quota",
    "Session",
    "Ticket",
    "Trainer",
]
