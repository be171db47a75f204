"""Templates of users: what they may, and what they may not."""

import pytest

from jobs.toolkit.access import RefusalError
from jobs.toolkit.templates import UserTemplate


def render(text, **values):
    return UserTemplate("Template", text).render("sw-01", **(values or {"far": {"device": "sw-02", "port": "Eth 1"}}))


def test_renders():
    assert render("{{ far.device }}  {{ far.port|upper }}\n") == "sw-02 ETH 1"
    assert render("{% if far.port %}to {% endif %}{{ far.device }}") == "to sw-02"


@pytest.mark.parametrize(
    "text",
    [
        "{{ nobody }}",
        "{{ far.nobody }}",
        "{{ far.device.__class__ }}",
        "{{ far.device.__class__.__mro__ }}",
        "{{ ''.format.__globals__ }}",
        "{{ 1 / 0 }}",
        "{{ far.device + 1 }}",
        "{{ far.clear() }}",
        "{% for i in range(1000000000) %}x{% endfor %}",
        "{{ 'x' * 10000000000 }}",
        "{{ 10 ** 10000000000 }}",
        "{{ '%9999999999d'|format(1) }}",
        "{{ '%9999999999d' % 1 }}",
        "{{ '%*d' % (9999999999, 1) }}",
        "{{ '%.*f' % (9999999999, 1) }}",
        "{{ '%5.9999999999f' % 1 }}",
        "{{ '%-%%9999999999d' % 1 }}",
        "{{ '%l%%9999999999d' % 1 }}",
        "{{ '%(far)s' % far }}",
        "{{ 1|pad(9999999999) }}",
        "{{ 'x'.ljust(9999999999) }}",
        "{{ 'x'.zfill(9999999999) }}",
        "{% set ns = namespace(x='a') %}",
        "{% include 'x' %}",
    ],
)
def test_refuses_naming_field_and_object(text):
    with pytest.raises(RefusalError, match=r"^Template: for sw-01|^Template: the template may not"):
        render(text)


def test_formats_beside_numbers():
    assert render("{{ '2026-%02d (%05.1f) 10.100.%d.1' % (n, n, n) }}", n=7) == "2026-07 (007.0) 10.100.7.1"


def test_numbers():
    assert render("{{ n|pad(3) }} {{ '%02d'|format(n) }} {{ '%s-%02d' % ('a', n) }} {{ n * 2 }} {{ n % 4 }}", n=7) == (
        "007 07 a-07 14 3"
    )


@pytest.mark.parametrize("text", ["{{ 'x'|center(1000000000) }}", "{{ far", "{% if %}", "{{ far|nobody }}", "x" * 5000])
def test_refuses_what_is_no_template(text):
    with pytest.raises(RefusalError, match=r"^Template: "):
        UserTemplate("Template", text)
