"""Settings, root addresses and the WSGI application: the only place that reads the environment.

Nothing imports this package; everything else asks `django.conf.settings`.
"""
