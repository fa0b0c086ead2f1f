"""What is to be achieved and how far it is: frameworks, goals, indicators, baselines, targets, values, scorecards.

This app never asks anybody anything (rounds do) and never counts a record itself (measures do): it keeps what was set,
takes in what was accepted, and puts both beside each other by the rules of each indicator.
"""
