"""Checks of the Software audit."""

from .allowed import SoftwareNotAllowed
from .end_of_life import SoftwareEndOfLife
from .end_of_support import SoftwareEndOfSupport
from .image_checksum import ImageChecksum
from .platform import SoftwarePlatform

CHECKS = (
    SoftwareNotAllowed,
    SoftwarePlatform,
    SoftwareEndOfLife,
    SoftwareEndOfSupport,
    ImageChecksum,
)
