"""The application a server runs."""

import os

from django.core.wsgi import get_wsgi_application

from throughline.kernel.access.standing import close_this_process

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughline.config.settings")
application = get_wsgi_application()
close_this_process()
