"""Answering on a phone without network: the OpenRosa 1.0 interface that ODK Collect speaks.

A phone signs in with a key of one person (`keys`, `digest`, `doors`), fetches the forms this person may answer
(`catalogue`), and sends finished forms (`arrivals`), which go into the working answers by the same verbs as from
every other way in.
"""
