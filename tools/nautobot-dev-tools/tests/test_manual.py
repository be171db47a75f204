"""What is read out of a Job's docstring."""

from pathlib import Path

import pytest
from nautobot.apps.jobs import ChoiceVar, Job, MultiObjectVar, ObjectVar, StringVar
from nautobot.dcim.models import Device, Location
from nautobot_dev_tools import manual
from nautobot_dev_tools.exercises import Exercise


class Paint(Job):
    """Paints devices.

    **Changes:** the colour; see `dcim.change_rack`, which is of no matter here.
    **Produces:** a list
    of what was painted.
    **Needs:** the permissions `dcim.view_device` and `dcim.change_device`, and `view` on what is selected. Racks are
    named only if you may view them.

    The end says nothing of `dcim.delete_device`.
    """

    name = StringVar()
    location = ObjectVar(model=Location)
    devices = MultiObjectVar(model=Device)


class PaintAny(Paint):
    """Paints what is chosen.

    **Needs:** the permission `dcim.view_device`, and `change` on what is painted.
    """

    what = ChoiceVar(choices=(("dcim.rack", "Racks"), ("dcim.cable", "Cables")), default="dcim.rack")
    colour = ChoiceVar(choices=(("red", "Red"), ("blue", "Blue")))


class Silent(Job):
    """Says nothing of what it needs."""


def test_paragraphs():
    found = manual.paragraphs(Paint)
    assert list(found) == ["Changes", "Produces", "Needs"]
    assert found["Produces"] == "a list of what was painted."
    assert found["Needs"].endswith("may view them.")
    assert manual.paragraphs(Silent) == {}


def test_needs():
    assert manual.needs(Paint) == manual.Needs(("dcim.view_device", "dcim.change_device"), ("view",))
    assert manual.needs(Silent) == manual.Needs()


@pytest.mark.parametrize(
    ("given", "more"),
    [
        ({}, []),
        ({"inputs": {"name": "red"}}, []),
        ({"inputs": {"location": "AMS01", "devices": [{}]}}, ["dcim.view_location"]),
        ({"button": {"dcim.rack": {}}}, ["dcim.view_rack"]),
        ({"hook": {"ipam.prefix": {}, "update": {"description": "x"}}}, ["ipam.view_prefix"]),
    ],
)
def test_permissions_for(given, more):
    exercise = Exercise(job="jobs.paint.Paint", title="Paint", source=Path("paint.yml"), **given)
    assert manual.permissions_for(exercise, Paint) == ["dcim.view_device", "dcim.change_device", *more]


@pytest.mark.parametrize(("inputs", "more"), [({}, "dcim.change_rack"), ({"what": "dcim.cable"}, "dcim.change_cable")])
def test_permissions_for_a_model_that_is_chosen(inputs, more):
    exercise = Exercise(
        job="jobs.paint.PaintAny", title="Paint", source=Path("paint.yml"), inputs={"location": "AMS01", **inputs}
    )
    assert manual.permissions_for(exercise, PaintAny) == ["dcim.view_device", more]
