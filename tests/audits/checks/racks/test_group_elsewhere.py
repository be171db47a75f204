"""DCIM-RACK-010: which racks are in a group of another location."""

from jobs.audits.checks.racks import RackGroupElsewhere


def test_groups(lab, ask):
    from nautobot.dcim.models import RackGroup

    london = lab.location("LON01")
    groups = [
        RackGroup.objects.create(name=name, location=location)
        for name, location in (("Row A", lab.site), ("Row B", london), ("All rows", lab.region))
    ]
    lab.rack("no group")
    for name, group in zip(("same", "elsewhere", "above"), groups, strict=True):
        lab.force(lab.rack(name), rack_group=group)
    (finding,) = ask(RackGroupElsewhere())
    assert finding.display == "elsewhere"
    assert finding.details == {"rack group": "Row B", "location of the group": "EMEA / LON01"}
