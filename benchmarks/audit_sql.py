"""Ten of the checks' questions in hand-written SQL, for PostgreSQL and Nautobot 3.2: a floor for their time. `audits.py` asks them.

Each statement returns the primary key, the name and the location of what is found, as a person would write it who knows the tables and nothing of
the checks: all cables in these networks are attached by rows of dcim_cabletocabletermination.
"""

from __future__ import annotations

import statistics
import time

_ACTIVE = "(SELECT id FROM extras_status WHERE name = 'Active')"
_INTERFACE = "(SELECT id FROM django_content_type WHERE app_label = 'dcim' AND model = 'interface')"

# Links over ports that are in no LAG, and links between LAGs by way of their members; once each, at the end with the lower key that is in scope.
_GOING = "(SELECT id FROM extras_status WHERE name = 'Decommissioning')"
_JUDGED = f"""
      near.enabled AND far.enabled AND near.status_id NOT IN {_GOING} AND far.status_id NOT IN {_GOING}
      AND near_device.status_id = {_ACTIVE} AND (far_device.id IS NULL OR far_device.status_id NOT IN {_GOING})
      AND (near.id < far.id OR far_device.id IS NULL OR far_device.status_id <> {_ACTIVE})
"""
_LINKS = f"""
    SELECT near.id, near.name, near_device.location_id
    FROM dcim_cablepath path
    JOIN dcim_interface near ON near.id = path.origin_id
    JOIN dcim_interface far ON far.id = path.destination_id
    JOIN dcim_device near_device ON near_device.id = near.device_id
    LEFT JOIN dcim_device far_device ON far_device.id = far.device_id
    JOIN dcim_cabletocabletermination side ON side.interface_id = near.id
    JOIN dcim_cable cable ON cable.id = side.cable_id
    WHERE path.origin_type_id = {_INTERFACE} AND path.destination_type_id = {_INTERFACE}
      AND NOT path.origin_fans_out AND NOT path.destination_fans_out
      AND near.lag_id IS NULL AND far.lag_id IS NULL AND cable.status_id NOT IN {_GOING} AND {_JUDGED} AND {{differs}}
    UNION
    SELECT near.id, near.name, near_device.location_id
    FROM dcim_interface near
    JOIN dcim_interface near_member ON near_member.lag_id = near.id AND near_member.enabled
    JOIN dcim_cablepath path ON path.origin_id = near_member.id AND path.origin_type_id = {_INTERFACE}
    JOIN dcim_interface far_member ON far_member.id = path.destination_id AND path.destination_type_id = {_INTERFACE} AND far_member.enabled
    JOIN dcim_interface far ON far.id = far_member.lag_id
    JOIN dcim_device near_device ON near_device.id = near.device_id
    LEFT JOIN dcim_device far_device ON far_device.id = far.device_id
    WHERE NOT path.origin_fans_out AND NOT path.destination_fans_out AND {_JUDGED} AND {{differs}}
"""

STATEMENTS = {
    "DCIM-DEVICE-005": f"""
        SELECT id, name, location_id FROM (
            SELECT id, name, location_id, status_id, COUNT(*) OVER (PARTITION BY UPPER(TRIM(serial))) AS times
            FROM dcim_device WHERE TRIM(serial) <> ''
        ) AS numbered WHERE times > 1 AND status_id = {_ACTIVE}""",
    "DCIM-DEVICE-007": f"""
        SELECT device.id, device.name, device.location_id FROM dcim_device device
        WHERE device.platform_id IS NULL AND device.status_id = {_ACTIVE}
          AND EXISTS (SELECT 1 FROM dcim_interface port WHERE port.device_id = device.id)
          AND EXISTS (SELECT 1 FROM dcim_device other WHERE other.device_type_id = device.device_type_id AND other.platform_id IS NOT NULL)""",
    "DCIM-PRIMARY-001": f"""
        SELECT device.id, device.name, device.location_id FROM dcim_device device
        LEFT JOIN dcim_virtualchassis stack ON stack.id = device.virtual_chassis_id
        WHERE device.primary_ip4_id IS NULL AND device.primary_ip6_id IS NULL AND device.status_id = {_ACTIVE}
          AND (stack.id IS NULL OR stack.master_id IS NULL OR stack.master_id = device.id)
          AND NOT EXISTS (SELECT 1 FROM dcim_device member WHERE member.virtual_chassis_id = stack.id
                          AND (member.primary_ip4_id IS NOT NULL OR member.primary_ip6_id IS NOT NULL))
          AND EXISTS (SELECT 1 FROM dcim_interface port WHERE port.device_id = device.id)""",
    "DCIM-CABLE-001": """
        SELECT cable.id, cable.label, NULL FROM dcim_cable cable
        JOIN dcim_cabletocabletermination side ON side.cable_id = cable.id
        GROUP BY cable.id, cable.label HAVING COUNT(DISTINCT side.cable_end) = 1""",
    "DCIM-LINK-001": _LINKS.format(differs="near.mtu <> far.mtu"),
    "DCIM-LINK-002": _LINKS.format(
        differs="near.mode <> far.mode AND near.mode <> '' AND far.mode <> '' AND 'access' IN (near.mode, far.mode)"
    ),
    "IPAM-ADDRESS-001": """
        SELECT address.id, address.host, NULL FROM ipam_ipaddress address
        JOIN ipam_prefix prefix ON prefix.id = address.parent_id
        WHERE address.mask_length <> prefix.prefix_length AND prefix.type = 'network'""",
    "IPAM-PREFIX-001": f"""
        SELECT prefix.id, prefix.network, NULL FROM ipam_prefix prefix
        WHERE prefix.type <> 'container' AND prefix.status_id = {_ACTIVE}
          AND NOT EXISTS (SELECT 1 FROM ipam_prefix child WHERE child.parent_id = prefix.id)
          AND NOT EXISTS (SELECT 1 FROM ipam_ipaddress address WHERE address.parent_id = prefix.id)""",
    "CIRCUITS-CIRCUIT-002": f"""
        SELECT DISTINCT circuit.id, circuit.cid, place.location_id FROM circuits_circuit circuit
        JOIN circuits_circuittermination place ON place.circuit_id = circuit.id
        LEFT JOIN dcim_cabletocabletermination side ON side.circuit_termination_id = place.id
        WHERE side.id IS NULL AND place.location_id IS NOT NULL AND circuit.status_id = {_ACTIVE}""",
    "VIRTUALIZATION-VM-003": f"""
        SELECT id, name, cluster_id FROM virtualization_virtualmachine
        WHERE primary_ip4_id IS NULL AND primary_ip6_id IS NULL AND status_id = {_ACTIVE}""",
}


def ask(statement: str, repeats: int) -> tuple[float, set[str]]:
    """Ask so often; returns the median of the seconds, rows fetched, and the primary keys."""
    from django.db import connection

    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(statement)
            rows = cursor.fetchall()
        seconds.append(time.perf_counter() - started)
    return round(statistics.median(seconds), 4), {str(row[0]) for row in rows}
