"""Duplicates: the same thing entered twice is found, compared, merged or declared different for good.

A noun declares what makes two of its records alike (`declare.Duplicates`); everything else is the same for every noun.
"""
