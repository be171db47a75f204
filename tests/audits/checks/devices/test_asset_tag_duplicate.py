"""DCIM-DEVICE-006: which devices have an asset tag twice."""

import pytest

from jobs.audits.checks.devices import AssetTagDuplicate


@pytest.mark.parametrize(("tag", "twice"), [("a-1", True), ("A-1 ", True), ("A-10", False), (None, False)])
def test_other_device(lab, found, switch, tag, twice):
    switch("sw-1", asset_tag="A-1")
    lab.force(switch("sw-2"), asset_tag=tag)
    assert found(AssetTagDuplicate(), most_queries=2) == (["sw-1", "sw-2"] if twice else [])


def test_rack(lab, ask, switch):
    lab.rack("R1", asset_tag="A-1")
    switch("sw-1", asset_tag="a-1")
    (finding,) = ask(AssetTagDuplicate(), most_queries=2)
    assert finding.details == {"asset tag": "a-1", "also on": "rack R1"}


def test_own_item(found, switch, item):
    device = switch("sw-1", asset_tag="A-1")
    item(device, "Chassis", asset_tag="a-1")
    assert found(AssetTagDuplicate(), most_queries=2) == []


def test_no_tags(found, switch):
    switch("sw-1")
    switch("sw-2")
    assert found(AssetTagDuplicate(), most_queries=2) == []
