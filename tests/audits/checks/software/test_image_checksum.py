"""DCIM-SOFTWARE-005: which image files have no checksum."""

from jobs.audits.checks.software import ImageChecksum


def test_checksums(lab, found, version):
    from nautobot.dcim.models import SoftwareImageFile

    current, old = version("OS", "1.0"), version("OS", "0.9", "End-of-Life")
    for name, of, checksum in (("a.bin", current, ""), ("b.bin", current, "abcd"), ("c.bin", old, "")):
        SoftwareImageFile(
            software_version=of, image_file_name=name, image_file_checksum=checksum, status=lab.status("Active")
        ).validated_save()
    assert found(ImageChecksum()) == ["a.bin"]
