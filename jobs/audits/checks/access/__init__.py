"""Checks of the Access audit."""

from .device_without_secrets import DeviceWithoutSecrets
from .git_credentials import GitCredentials
from .git_plain import GitPlain
from .integration_credentials import IntegrationCredentials
from .integration_plain import IntegrationPlain
from .permission_broad import BroadPermission
from .permission_empty import PermissionForNothing
from .permission_unused import PermissionOfNobody
from .secret_alone import SecretInNoGroup
from .secrets_group_empty import EmptySecretsGroup
from .secrets_group_unused import UnusedSecretsGroup
from .superuser_dormant import DormantSuperuser
from .superusers_many import ManySuperusers
from .token_endless import EndlessToken
from .token_expired import ExpiredToken
from .token_long import LongToken
from .token_of_inactive import TokenOfInactiveUser
from .user_inactive import InactiveUserWithRights
from .webhook_credentials import WebhookCredentials
from .webhook_plain import WebhookPlain

CHECKS = (
    DeviceWithoutSecrets,
    GitCredentials,
    GitPlain,
    IntegrationCredentials,
    IntegrationPlain,
    BroadPermission,
    PermissionForNothing,
    PermissionOfNobody,
    SecretInNoGroup,
    EmptySecretsGroup,
    UnusedSecretsGroup,
    DormantSuperuser,
    ManySuperusers,
    EndlessToken,
    ExpiredToken,
    LongToken,
    TokenOfInactiveUser,
    InactiveUserWithRights,
    WebhookCredentials,
    WebhookPlain,
)
