"""Values of documents that are computed: with their types, and within limits."""

import pytest

from jobs.toolkit.templates import ExpressionError, Expressions

VALUES = {"n": 3, "site": "AMS01", "racks": [{"name": "A", "units": 42}], "items": {"a": 1}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("{{ n }}", 3),
        ("{{ -n }}", -3),
        ("{{- n -}}", 3),
        ("{{ n }}{{ n }}", "33"),
        ("{{ range(1, n + 1) }}", [1, 2, 3]),
        ("{{ n > 2 }}", True),
        ("{{ site|lower }}-sw-{{ n|pad(2) }}", "ams01-sw-03"),
        ("{{ racks[0].name }}", "A"),
        ("{{ racks }}", [{"name": "A", "units": 42}]),
        ("{{ items.a }}", 1),
        ("{{ 'yes' if n == 3 else 'no' }}", "yes"),
        ("{{ site.replace('01', '02') }}", "AMS02"),
        ("{{ [site, n]|join('-') }}", "AMS01-3"),
        ("{{ '10.0.0.0/24'|host(1) }}", "10.0.0.1/24"),
        ("{{ '10.0.0.0/24'|host(-2) }}", "10.0.0.254/24"),
        ("{{ '10.0.0.0/16'|subnet(24, n) }}", "10.0.3.0/24"),
        ("{{ '2001:db8::/48'|subnet(64, n) }}", "2001:db8:0:3::/64"),
        ("{{ 7 / 2 }}", "3.5"),
        ("{{ none }}", None),
    ],
)
def test_value(text, value):
    found = Expressions().value(text, VALUES)
    assert (found, type(found)) == (value, type(value))


def test_counters():
    expressions = Expressions()
    text = "{{ counter('a') }} {{ counter('b', 10) }}"
    assert [expressions.value(text, {}) for _ in range(3)] == ["1 10", "2 11", "3 12"]
    assert Expressions().value("{{ counter('a') }}", {}) == 1
    assert expressions.value("{{ counter }}", {"counter": 7}) == 7  # an input may be called so


@pytest.mark.parametrize(
    "text",
    [
        "{{ nothing }}",
        "{{ racks[0].nothing }}",
        "{{ n",
        "{% for a in b %}{% endfor %}",
        "{% set a = 1 %}",
        "{{ n.__class__ }}",
        "{{ ''.join }}",
        "{{ range }}",
        "{{ counter }}",
        "{{ counter.__self__ }}",
        "{{ counter('a', 'b') }}",
        "{{ range(100000) }}",
        "{{ range(1000000000) }}",
        "{{ 'x' * 1000000000 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ site.ljust(1000000000) }}",
        "{{ '{:999999999}'.format(1) }}",
        "{{ ('x'|pad(64)).replace('', 'x'|pad(64))|replace('', 'x'|pad(64))|replace('', 'x'|pad(64)) }}",
        "{{ range(90000)|join(site) }}",
        "{{ '10.0.0.0/24'|host(256) }}",
        "{{ '10.0.0.0/24'|subnet(23) }}",
        "{{ 'nonsense'|host(1) }}",
        "x" * 5000 + "{{ n }}",
    ],
)
def test_refused(text):
    with pytest.raises(ExpressionError):
        Expressions().value(text, VALUES)
