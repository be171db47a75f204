"""DCIM-DEVICE-010: which devices are where no devices can be."""

from jobs.audits.checks.devices import LocationTypeWithoutDevices


def test_location_types(lab, ask, switch):
    switch("right")
    lab.force(switch("wrong"), location=lab.region)
    (finding,) = ask(LocationTypeWithoutDevices())
    assert (finding.display, finding.details) == ("wrong", {"location type": "Region"})
