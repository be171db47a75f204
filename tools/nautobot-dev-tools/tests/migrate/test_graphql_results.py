"""Results of GraphQL queries."""

import pytest
from migrating import after, assert_becomes, assert_untouched
from nautobot_dev_tools.migrate.transformations.graphql_results import GraphqlResults


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ('x = execute_query(q, user=u).to_dict()["data"]["devices"]', 'x = execute_query(q, user=u).data["devices"]'),
        (
            'r = graphql.execute_saved_query("n", user=u)\nif r.to_dict()["errors"]:\n    pass',
            'r = graphql.execute_saved_query("n", user=u)\nif r.errors:\n    pass',
        ),
    ],
)
def test_becomes(before, expected):
    assert_becomes(before + "\n", expected + "\n", GraphqlResults())


@pytest.mark.parametrize(
    "code",
    [
        "execute_query(q, user=u).data",
        "frame.to_dict()  # not of execute_query",
        "r = execute_query(q)\nr = other()\nr.to_dict()",
    ],
)
def test_stays(code):
    assert_untouched(code + "\n", GraphqlResults())


@pytest.mark.parametrize("code", ["x = execute_query(q, user=u).to_dict()", 'execute_query(q).to_dict().get("data")'])
def test_is_left_to_a_person(code):
    text = after(code + "\n", GraphqlResults())
    assert "the attributes data and errors" in text
    assert text.splitlines()[-1] == code
