"""GraphQL queries that ask for what is gone."""

import pytest
from migrating import after, assert_untouched
from nautobot_dev_tools.migrate.transformations.graphql_queries import GraphqlQueries


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ('query = """\nquery {\n  devices {\n    name\n    site { name slug }\n  }\n}\n"""', "site, slug may be gone"),
        ('execute_query("{ sites { name region { name } } }", user=x)', "region, sites may be gone"),
        ('query = "query ($id: ID!) { device(id: $id) { device_role { name } } }"', "device_role may be gone"),
    ],
)
def test_is_marked(code, words):
    text = after(code + "\n", GraphqlQueries())
    assert words in text
    assert text.endswith(code + "\n")


@pytest.mark.parametrize(
    "code",
    [
        'query = "{ devices { name location { name } } }"',
        'query = "select site from x"',
        'graphql = f"{{ sites }}"',
        '"""A query such as { devices { site { name } } }."""',
        'template = "{{ site.slug }} query"',
    ],
)
def test_stays(code):
    assert_untouched(code + "\n", GraphqlQueries())
