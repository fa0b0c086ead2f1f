"""The application a server runs."""

import os
import sys

from django.core.wsgi import get_wsgi_application

from throughline.kernel.access.standing import close_this_process

# A page asks the database some thirty times and after each waits for its turn behind whoever computes: five
# milliseconds, as Python usually grants them. With many readers that is most of what a short page takes.
TURN = 0.0005

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughline.config.settings")
sys.setswitchinterval(TURN)
application = get_wsgi_application()
close_this_process()
