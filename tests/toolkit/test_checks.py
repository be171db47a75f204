"""What all checks share: parameters, names of locations, and devices as findings call them."""

import pytest
from nautobot.dcim.models import Device

from jobs.toolkit.checks import Check, Context, DeviceCheck, Parameter
from jobs.toolkit.findings import Severity


class Everything(DeviceCheck):
    id = "DCIM-TEST-001"
    title = "Everything"
    severity = Severity.LOW
    parameters = {"limit": Parameter(3, "How many.")}

    def find(self, objects, context):
        for row in self.rows(objects):
            yield self.finding(row, context, "It exists.", details={"kept": "text", "left out": ""})


def test_parameters_have_defaults():
    assert Everything().values == {"limit": 3}
    assert Everything(limit=5).values == {"limit": 5}
    assert Everything().values == {"limit": 3}


def test_unknown_parameters_are_refused():
    with pytest.raises(TypeError, match=r"DCIM-TEST-001.*limits"):
        Everything(limits=5)


def test_a_check_must_find():
    with pytest.raises(NotImplementedError):
        Check().find(None, None)


def test_location_names_are_full_and_asked_for_once(lab, superuser, django_assert_num_queries):
    context = Context(superuser)
    with django_assert_num_queries(1):
        assert context.location_names == {lab.region.pk: "EMEA", lab.site.pk: "EMEA / AMS01"}
        assert len(context.location_names) == 2


def test_devices_are_called_as_nautobot_calls_them(lab, superuser):
    kind = lab.device_type("Switch")
    lab.device("named", kind)
    lab.device(None, kind)
    stacked = lab.device("stacked", kind)
    lab.stack(stacked)
    lab.force(stacked, name=None)
    findings = list(Everything().find(Device.objects.all(), Context(superuser)))
    assert {finding.pk: finding.display for finding in findings} == {
        str(device.pk): device.display for device in Device.objects.all()
    }
    assert len(findings) == 3


def test_finding_has_what_reports_need(lab, superuser):
    device = lab.device("switch", lab.device_type("Switch"))
    (finding,) = Everything().find(Device.objects.all(), Context(superuser))
    assert finding.check == "DCIM-TEST-001"
    assert finding.severity is Severity.LOW
    assert (finding.model, finding.pk, finding.url) == ("dcim.device", str(device.pk), device.get_absolute_url())
    assert (finding.location, finding.role) == ("EMEA / AMS01", "Switch")
    assert finding.details == {"kept": "text"}
