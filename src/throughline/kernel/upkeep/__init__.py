"""What an operator relies on: backup and restore, health, figures about the running, logs, limits that all processes share.

Nothing here knows a subject of the field. A backup holds whatever the database holds.
"""
