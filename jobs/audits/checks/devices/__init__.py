"""Checks of the Device audit."""

from .asset_tag_duplicate import AssetTagDuplicate
from .asset_tag_missing import AssetTagMissing
from .bay_elsewhere import BayElsewhere
from .component_different import ComponentDifferent
from .component_extra import ComponentExtra
from .component_missing import ComponentMissing
from .group_alone import RedundancyGroupAlone
from .group_one_rack import RedundancyGroupOneRack
from .group_priority import RedundancyGroupPriority
from .item_serial_duplicate import ItemSerialDuplicate
from .location_type import LocationTypeWithoutDevices
from .module_serial_duplicate import ModuleSerialDuplicate
from .module_status import ModuleStatus
from .name_duplicate import NameDuplicate
from .name_pattern import NamePattern
from .platform_missing import PlatformMissing
from .rack_missing import RackMissing
from .serial_duplicate import SerialDuplicate
from .serial_missing import SerialMissing
from .software_missing import SoftwareMissing
from .stack_alone import StackAlone
from .stack_apart import StackApart
from .stack_foreign_master import StackForeignMaster
from .stack_master import StackMaster
from .stack_position import StackPosition
from .stale_plan import StalePlan
from .tenant_differs import TenantDiffers

CHECKS = (
    NamePattern,
    NameDuplicate,
    SerialMissing,
    AssetTagMissing,
    SerialDuplicate,
    AssetTagDuplicate,
    PlatformMissing,
    SoftwareMissing,
    StalePlan,
    LocationTypeWithoutDevices,
    TenantDiffers,
    RackMissing,
    ModuleStatus,
    RedundancyGroupAlone,
    RedundancyGroupPriority,
    RedundancyGroupOneRack,
    BayElsewhere,
    ComponentMissing,
    ComponentExtra,
    ComponentDifferent,
    ItemSerialDuplicate,
    ModuleSerialDuplicate,
    StackMaster,
    StackPosition,
    StackAlone,
    StackForeignMaster,
    StackApart,
)
