"""WSGI entry of the pages process."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dothi.config.settings")
_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answer one request; whether people come by https is what the node was told, not what a header says."""
    from django.conf import settings

    environ["wsgi.url_scheme"] = settings.PUBLIC_URL.partition(":")[0]
    return _django(environ, start_response)
