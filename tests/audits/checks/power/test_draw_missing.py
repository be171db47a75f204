"""DCIM-POWER-016: which power ports have no draw."""

from jobs.audits.checks.power import DrawMissing


def test_policy_is_off():
    assert "required" in DrawMissing().idle()
    assert DrawMissing(required=True).idle() == ""


def test_figures(lab, ask):
    device = lab.device("srv", lab.device_type("Server", power=3))
    device.power_ports.filter(name="PSU 1").update(allocated_draw=100)
    device.power_ports.filter(name="PSU 2").update(maximum_draw=100)
    (finding,) = ask(DrawMissing(required=True))
    assert finding.details == {"ports": "PSU 3"}
    device.power_ports.update(allocated_draw=100)
    assert ask(DrawMissing(required=True)) == []


def test_inlets(lab, found):
    lab.pdu("pdu")
    assert found(DrawMissing(required=True)) == []
    lab.pdu("untold", told=False)
    assert found(DrawMissing(required=True)) == ["untold"]
