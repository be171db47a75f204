"""Which packages code may import without asking for more than Nautobot: Python's own, and those that Nautobot installs."""

from __future__ import annotations

import sys


def words(text: str) -> tuple[str, ...]:
    """The words of a text: for long lists of names, one a line of which nobody would read."""
    return tuple(text.split())


# Names to import, of what each Nautobot from 2.4 to 3.2 brings along; what only some of them bring is not here.
BROUGHT_BY_NAUTOBOT = frozenset(
    words("""
    amqp asgiref attr attrs billiard celery certifi cffi charset_normalizer click click_didyoumean click_plugins
    click_repl constance corsheaders cron_descriptor crontab cryptography dateutil db_file_storage defusedxml django
    django_ajax_tables django_celery_beat django_celery_results django_extensions django_filters django_jinja
    django_prometheus django_redis django_structlog django_tables2 django_webserver drf_spectacular
    drf_spectacular_sidecar durationpy emoji git gitdb gprof2dot graphene graphene_django graphene_django_optimizer
    graphql graphql_relay health_check idna inflection ipware jinja2 jsonschema jsonschema_specifications jwt kombu
    kubernetes markdown markupsafe netaddr netutils nh3 oauthlib openid packaging PIL prometheus_client promise
    prompt_toolkit psycopg2 pycparser python_ipware pyuwsgi redis referencing requests requests_oauthlib
    rest_framework rpds silk six slugify smmap social_core social_django sqlparse structlog svgwrite taggit
    text_unidecode timezone_field tree_queries typing_extensions tzdata tzlocal uritemplate urllib3 uwsgidecorators
    vine wcwidth websocket yaml
    """)
)


def is_third_party(name: str) -> bool:
    """Whether a top-level name to import is neither Python's, nor Nautobot's, nor of what Nautobot brings along."""
    return name not in sys.stdlib_module_names and name not in BROUGHT_BY_NAUTOBOT and name != "nautobot"
