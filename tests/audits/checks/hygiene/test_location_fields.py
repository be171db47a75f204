"""DCIM-LOCATION-004: which locations lack required fields."""

from jobs.audits.checks.hygiene import LocationIncomplete


def check(*fields):
    return LocationIncomplete(location_types=("Site",), fields=fields)


def test_off_unless_types_are_named():
    assert LocationIncomplete().idle()
    assert not check("time_zone").idle()
    assert "colour" in check("colour").idle()


def test_one_finding_for_each_field(ask, lab):
    lab.force(lab.site, latitude=52)
    assert [finding.key for finding in ask(check("time_zone", "coordinates"))] == ["time_zone", "coordinates"]


def test_filled(found, lab):
    lab.force(lab.site, latitude=0, longitude=0, time_zone="Europe/Amsterdam", facility="x", physical_address="y")
    assert found(check("time_zone", "coordinates", "facility", "physical_address")) == []


def test_other_types_and_statuses(found, lab):
    lab.force(lab.site, status=lab.status("Planned"))
    assert found(check("time_zone")) == []
