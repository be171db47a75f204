"""Designs as they are written, down to entries; and what is refused about them, with file, line and path."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.changes.design_language import Handle, design_of, entries_of, inputs_of
from jobs.toolkit.access import RefusalError
from jobs.toolkit.documents import MOST_BYTES, read_document


def entries(text, **inputs):
    design = design_of(read_document(text.encode(), "site.yml"))
    return entries_of(design, inputs_of(design, inputs))


def refusal(text, **inputs):
    with pytest.raises(RefusalError) as caught:
        entries(text, **inputs)
    return str(caught.value)


def test_values():
    (entry,) = entries(
        """
inputs:
  site:
  count: {type: integer, default: 2}
  code: {default: "{{ site|lower }}"}
objects:
  - device: {name: "{{ code }}-{{ count|pad(2) }}", location: $site}
    set: {serial: "007", position: 7, comments: on, asset_tag: 12:30, face: ~, tags: [a, "{{ count }}"]}
    as: first
""",
        site="AMS01",
    )
    assert (entry.kind, entry.handle) == ("device", "first")
    assert entry.key.plain() == {"name": "ams01-02", "location": Handle("site")}
    assert {name: node.plain() for name, node in entry.values.items()} == {
        "serial": "007",
        "position": 7,
        "comments": "on",
        "asset_tag": "12:30",
        "face": None,
        "tags": ["a", 2],
    }
    assert entry.label == "site.yml, line 7, objects[0]"
    assert entry.values["position"].place == "site.yml, line 8, objects[0].set.position"


def test_loops_groups_and_conditions():
    found = entries(
        """
inputs: {racks: {type: list}}
objects:
  - for: {rack: "{{ racks }}"}
    when: "{{ rack.units > 0 }}"
    objects:
      - rack: "{{ rack.name }}"
      - for: {unit: "{{ range(rack.units) }}"}
        device: "{{ rack.name }}-{{ unit }}"
  - when: "{{ racks|length > 5 }}"
    rack: many
""",
        racks=[{"name": "A", "units": 2}, {"name": "B", "units": 0}, {"name": "C", "units": 1}],
    )
    assert [f"{each.kind} {each.key.value}" for each in found] == [
        "rack A",
        "device A-0",
        "device A-1",
        "rack C",
        "device C-0",
    ]
    assert found[2].label == "site.yml, line 8, objects[0].objects[1] (rack, unit=1)"


def test_values_of_inputs_are_no_handles_and_no_expressions():
    (entry,) = entries('inputs: {a: }\nobjects: [{rack: "{{ a }}", set: {comments: "x{{ a }}"}}]', a="${{ 7 }}")
    assert entry.key.value == "${{ 7 }}"
    assert entry.values["comments"].value == "x${{ 7 }}"


BAD = {
    "objects: [{rack: A, set: {b: '{{ c }}'}}]": "site.yml, line 1, objects[0].set.b: ",
    "objects: [{rack: A, racks: B}]": "line 1, objects[0]: an entry names one model",
    "objects: [{user: A}]": "an entry names one model, not user",
    "objects: [{git_repository: A}]": "an entry names one model",
    "objects: [{job: A}]": "an entry names one model",
    "objects: [{secret: A}]": "an entry names one model",
    "objects: [{rack: A, for: {n: 3}}]": "objects[0].for.n: a loop goes over a list",
    "objects: [{rack: A, for: {a: [], b: []}}]": "objects[0].for: a loop names one variable",
    "objects: [{rack: A, when: 'yes'}]": "objects[0].when: a condition is true or false",
    "objects: [{rack: A, set: 7}]": "objects[0].set: ",
    "objects: [{rack: A, as: ''}]": "objects[0].as: ",
    "objects: [A]": "objects[0]: an entry is a mapping",
    "objects: {}": "line 1, objects: ",
    "inputs: {}": "objects:” has to be a list",
    "[]": "a design is a mapping",
    "": "site.yml is empty",
    "objects: [{rack: A, rack: B}]": "objects[0].rack: rack is there twice",
    "object: []": "line 1, object: there is no “object” here",
    "inputs: {a: {type: user}}\nobjects: [{rack: A}]": "line 1, inputs.a.type: there is no type user",
    "inputs: {a-b: }\nobjects: [{rack: A}]": "inputs.a-b: the name of an input",
    "inputs: {a: {kind: text}}\nobjects: [{rack: A}]": "inputs.a.kind: there is no “kind”",
    "objects: &a\n  - rack: A\nb: *a": "line 3: YAML aliases",
    "objects: [{rack: !!python/name:os.system x}]": "tags (tag:yaml.org,2002:python/name:os.system)",
    "objects: [{rack: !vault x}]": "tags (!vault)",
    "objects: [\n": "line 2: not YAML",
    "a: 1\n---\nb: 2": "a second document",
    "objects: " + "[" * 30 + "]" * 30: "nested more than 20 deep",
    "objects: [" + "a," * 30_000 + "]": "more than 20000 values",
    "objects: [{rack: '" + "x" * 5000 + "'}]": "more than 4096 characters",
    'objects: [{rack: "a\\x01b"}]': "control characters",
    "objects: [{for: {a: '{{ range(1000) }}'}, objects: [{for: {b: '{{ range(1000) }}'}, when: false, rack: A}]}]": "turns",
    "objects: [{for: {a: '{{ range(1000) }}'}, objects: [{for: {b: '{{ range(9) }}'}, rack: A}]}]": "more than 5000 objects",
    "objects: [{rack: A, for: {a: '{{ range(100000) }}'}}]": "objects[0].for.a: the list has more than 1000",
    "objects: [" + "{objects: [" * 7 + "{rack: A}" + "]}" * 7 + "]": "groups nest",
}


@pytest.mark.parametrize(("text", "told"), BAD.items())
def test_refused(text, told):
    assert told in refusal(text)


def test_all_at_once():
    text = refusal("objects:\n  - rack: '{{ a }}'\n  - user: b\n  - rack: C\n    when: maybe\n")
    assert all(f"line {line}, objects[{number}]" in text for number, line in enumerate((2, 3, 5)))


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("text", ["a"], "has to be a text"),
        ("text", "a\nb", "in one line"),
        ("text", "x" * 256, "1 to 255 characters"),
        ("integer", "many", "whole number"),
        ("integer", True, "whole number"),
        ("boolean", "yes", "true or false"),
        ("prefix", "10.0.0.1/24", "no prefix"),
        ("address", "ten", "no address"),
        ("list", {}, "has to be a list"),
        ("mapping", [], "has to be a mapping"),
        ("list", [[[[[[[1]]]]]]], "nested more than"),
    ],
)
def test_inputs_of_the_wrong_type(kind, value, told):
    text = refusal(f"inputs: {{a: {{type: {kind}}}}}\nobjects: [{{rack: A}}]", a=value)
    assert text.startswith("Inputs: a: ")
    assert told in text


def test_inputs_all_at_once():
    text = refusal("inputs: {a: , b: {description: Bee}, c: {choices: [1, 2]}}\nobjects: [{rack: A}]", c=3, d=1)
    assert all(each in text for each in ("no input d", "a is missing", "b is missing (Bee)", 'c: "3" is none of 1, 2'))


def test_size():
    with pytest.raises(RefusalError, match="bytes"):
        read_document(b"x" * (MOST_BYTES + 1), "site.yml")
    with pytest.raises(RefusalError, match="UTF-8"):
        read_document(b"\xff\xfe\x00", "site.yml")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_nothing_but_refusals(content):
    with suppress(RefusalError):
        design = design_of(read_document(content, "site.yml"))
        entries_of(design, inputs_of(design, {}))


@given(st.text(alphabet="{}[]:-,\n $!&*'\"|>%abfor0", max_size=80))
def test_nothing_but_refusals_for_what_looks_like_a_design(text):
    with suppress(RefusalError):
        entries("objects:\n  - rack: A\n    " + text.replace("\n", "\n    "))
