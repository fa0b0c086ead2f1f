"""The nouns of training."""

from throughline.training.models.catalogue import Activity, Component, Entry, Feed, Project, Quota, Session
from throughline.training.models.evaluation import Evaluation, Heap, Lesson, Opinion, Superior, Ticket
from throughline.training.models.people import Attendance, Certificate, Consent, Person, Place, PlaceStep
from throughline.training.models.teaching import Application, Cascade, Contact, Pairing, Trainer, TrainerArea

__all__ = [
    "Activity",
    "Application",
    "Attendance",
    "Cascade",
    "Certificate",
    "Component",
    "Consent",
    "Contact",
    "Entry",
    "Evaluation",
    "Feed",
    "Heap",
    "Lesson",
    "Opinion",
    "Pairing",
    "Person",
    "Place",
    "PlaceStep",
    "Project",
    "Quota",
    "Session",
    "Superior",
    "Ticket",
    "Trainer",
    "TrainerArea",
]
