"""DCIM-DEVICE-012: which devices are in no rack."""

from jobs.audits.checks.devices import RackMissing


def test_policy_is_off():
    assert "required" in RackMissing().idle()
    assert RackMissing(required=True).idle() == ""


def test_racks(lab, found, switch):
    switch("racked", rack=lab.rack())
    switch("loose")
    switch("planned", status=lab.status("Planned"))
    switch("exempt", role=lab.make_role("Access point"))
    assert found(RackMissing(required=True, except_roles=("Access point",))) == ["loose"]


def test_without_height(lab, found, switch, switch_type):
    switch("flat")
    lab.force(switch_type, u_height=0)
    assert found(RackMissing(required=True)) == []


def test_in_a_bay(lab, found, switch, bay):
    bay(switch("enclosure", rack=lab.rack()), lab.device("blade", lab.device_type("Blade")))
    assert found(RackMissing(required=True)) == []
