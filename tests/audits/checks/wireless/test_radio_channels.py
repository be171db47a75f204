"""WIRELESS-RADIO-002: which radio profiles have no channels."""

import pytest

from jobs.audits.checks.wireless import RadioProfileWithoutChannels


@pytest.mark.parametrize(("channels", "expected"), [(None, ["office"]), ([], ["office"]), ([36, 40], [])])
def test_channels(found, make, managed, channels, expected):
    profile = make(
        "wireless.radioprofile",
        name="office",
        frequency="5GHz",
        regulatory_domain="NL",
        allowed_channel_list=channels,
    )
    assert found(RadioProfileWithoutChannels()) == []
    managed.radio_profiles.add(profile)
    assert found(RadioProfileWithoutChannels()) == expected
