"""WIRELESS-RADIO-001: which radio profiles nothing uses."""

from jobs.audits.checks.wireless import RadioProfileNowhere


def test_with_and_without_a_group(found, make, managed):
    profile = make("wireless.radioprofile", name="office", frequency="5GHz", regulatory_domain="NL")
    assert found(RadioProfileNowhere()) == ["office"]
    managed.radio_profiles.add(profile)
    assert found(RadioProfileNowhere()) == []


def test_its_data_rates_do_not_use_it(found, make):
    profile = make("wireless.radioprofile", name="office", frequency="5GHz", regulatory_domain="NL")
    profile.supported_data_rates.add(make("wireless.supporteddatarate", standard="802.11a", rate=6000))
    assert found(RadioProfileNowhere()) == ["office"]
