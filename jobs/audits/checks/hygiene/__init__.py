"""Checks of the Hygiene audit."""

from .alike_manufacturers import AlikeManufacturers
from .alike_platforms import AlikePlatforms
from .alike_roles import AlikeRoles
from .alike_tags import AlikeTags
from .alike_tenants import AlikeTenants
from .contact_circuit import CircuitWithoutContact
from .contact_location import LocationWithoutContact
from .contact_provider import ProviderWithoutContact
from .empty_group import EmptyGroup
from .empty_location import EmptyLocation
from .job_button_dead import DeadJobButton
from .job_button_disabled import DisabledJobButton
from .job_hook_dead import DeadJobHook
from .job_hook_disabled import DisabledJobHook
from .location_fields import LocationIncomplete
from .location_parent import LocationInUnused
from .location_status import LocationNotInUse
from .orphaned_file import OrphanedFile
from .schedule_dead import DeadSchedule
from .schedule_disabled import DisabledSchedule
from .unfilled_custom_field import UnfilledCustomField
from .unused_circuit_type import UnusedCircuitType
from .unused_cluster_group import UnusedClusterGroup
from .unused_cluster_type import UnusedClusterType
from .unused_device_type import UnusedDeviceType
from .unused_manufacturer import UnusedManufacturer
from .unused_module_type import UnusedModuleType
from .unused_platform import UnusedPlatform
from .unused_provider import UnusedProvider
from .unused_relationship import UnusedRelationship
from .unused_role import UnusedRole
from .unused_status import UnusedStatus
from .unused_tag import UnusedTag
from .unused_tenant import UnusedTenant
from .unused_tenant_group import UnusedTenantGroup
from .unused_vlan_group import UnusedVLANGroup
from .webhook_disabled import DisabledWebhook
from .webhook_for_nothing import WebhookForNothing

CHECKS = (
    UnusedTag,
    UnusedRole,
    UnusedStatus,
    UnusedPlatform,
    UnusedDeviceType,
    UnusedModuleType,
    UnusedManufacturer,
    UnusedVLANGroup,
    EmptyLocation,
    UnusedTenant,
    UnusedTenantGroup,
    UnusedClusterGroup,
    UnusedClusterType,
    UnusedRelationship,
    UnusedProvider,
    UnusedCircuitType,
    AlikeManufacturers,
    AlikePlatforms,
    AlikeRoles,
    AlikeTags,
    AlikeTenants,
    CircuitWithoutContact,
    LocationWithoutContact,
    ProviderWithoutContact,
    EmptyGroup,
    DeadJobButton,
    DisabledJobButton,
    DeadJobHook,
    DisabledJobHook,
    LocationIncomplete,
    LocationInUnused,
    LocationNotInUse,
    OrphanedFile,
    DeadSchedule,
    DisabledSchedule,
    UnfilledCustomField,
    DisabledWebhook,
    WebhookForNothing,
)
