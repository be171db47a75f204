"""DCIM-DEVICE-004: which devices have no asset tag."""

from jobs.audits.checks.devices import AssetTagMissing


def test_policy_is_off():
    assert "required" in AssetTagMissing().idle()
    assert AssetTagMissing(required=True).idle() == ""


def test_tags(lab, found, switch, panel):
    switch("none")
    switch("empty", asset_tag="")
    switch("placeholder", asset_tag="n/a")
    switch("tagged", asset_tag="A-1")
    switch("planned", status=lab.status("Planned"))
    panel("panel")
    assert found(AssetTagMissing(required=True)) == ["empty", "none", "placeholder"]
