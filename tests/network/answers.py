"""What simulated devices answer about interfaces and neighbours, in their dialects."""

IOS_PORT = """{name} is {status}, line protocol is {protocol} ({note})
  Hardware is Gigabit Ethernet, address is {mac} (bia {mac})
{description}{address}  MTU {mtu} bytes, BW 1000000 Kbit/sec, DLY 10 usec,
     reliability 255/255, txload 1/255, rxload 1/255
  Encapsulation ARPA, loopback not set
  Full-duplex, 1000Mb/s, media type is 10/100/1000BaseTX
  Last input {idle}, output {output}, output hang never
     {errors} input errors, 0 CRC, 0 frame, 0 overrun, 0 ignored
     0 output errors, 0 collisions, 1 interface resets
"""


def ios_port(
    name,
    *,
    up=True,
    enabled=True,
    mtu=1500,
    mac="0011.2233.4455",
    description="",
    address="",
    idle="00:00:01",
    output="00:00:02",
    errors=0,
):
    status = ("up" if up else "down") if enabled else "administratively down"
    return IOS_PORT.format(
        name=name,
        status=status,
        protocol="up" if up and enabled else "down",
        note="connected" if up else "notconnect",
        mac=mac,
        mtu=mtu,
        description=f"  Description: {description}\n" if description else "",
        address=f"  Internet address is {address}\n" if address else "",
        idle=idle,
        output=output,
        errors=errors,
    )


EOS_PORT = """{name} is {status}, line protocol is {protocol} ({note})
  Hardware is Ethernet, address is {mac} (bia {mac})
{description}{address}  IP MTU {mtu} bytes, BW 10000000 kbit
  Full-duplex, 10Gb/s, auto negotiation: off, uni-link: n/a
  Up 12 days, 1 hour, 2 minutes, 3 seconds
  Loopback Mode : None
  a line that no template knows: yes
"""


def eos_port(name, *, up=True, enabled=True, mtu=1500, mac="001c.7312.3456", description="", address=""):
    return EOS_PORT.format(
        name=name,
        status=("up" if up else "down") if enabled else "administratively down",
        protocol="up" if up and enabled else "down",
        note="connected" if up else "notconnect",
        mac=mac,
        mtu=mtu,
        description=f"  Description: {description}\n" if description else "",
        address=f"  Internet address is {address}\n" if address else "",
    )


JUNOS_PORT = """Physical interface: {name}, {admin}, Physical link is {link}
  Interface index: 148, SNMP ifIndex: 526
{description}  Link-level type: Ethernet, MTU: {mtu}, Speed: 1000mbps, Loopback: Disabled, Source filtering: Disabled
  Device flags   : Present Running
  Current address: 00:05:86:71:62:00, Hardware address: 00:05:86:71:62:00
  Remote fault: Online, a line that no template knows
  Last flapped   : 2024-01-01 10:00:00 UTC (1w2d 03:04 ago)

"""


JUNOS_UNIT = """  Logical interface {name} (Index 330) (SNMP ifIndex 531)
    Flags: Up SNMP-Traps 0x4004000 Encapsulation: ENET2
    Protocol inet, MTU: 1500
"""


def junos_port(name, *, up=True, enabled=True, mtu=1514, description=""):
    return JUNOS_PORT.format(
        name=name,
        admin="Enabled" if enabled else "Administratively down",
        link="Up" if up else "Down",
        mtu=mtu,
        description=f"  Description: {description}\n" if description else "",
    )


JUNOS_CHASSIS = """Hardware inventory:
Item             Version  Part number  Serial number     Description
Chassis                                PE3714100123      EX4300-48T
"""


def ios_lldp(*neighbours):
    """Of (local port, name, far port)."""
    parts = [
        f"""------------------------------------------------
Local Intf: {local}
Chassis id: 0011.2233.4455
Port id: {far}
Port Description: {far}
System Name: {name}

System Description:
something

Time remaining: 100 seconds
System Capabilities: B,R
Enabled Capabilities: B,R
Management Addresses:
    IP: 192.0.2.1
Auto Negotiation - not supported
Physical media capabilities - not advertised
Media Attachment Unit type - not advertised
Vlan ID: - not advertised

"""
        for local, name, far in neighbours
    ]
    return "".join(parts) + f"\nTotal entries displayed: {len(neighbours)}\n"


def eos_lldp(*neighbours):
    parts = [
        f"""Interface {local} detected 1 LLDP neighbors:

  Neighbor 0011.2233.4455/{far}, age 10 seconds
  Discovered 10 days, 1:02:03 ago; Last changed 10 days, 1:02:03 ago
  - Chassis ID type: MAC address (4)
    Chassis ID     : 0011.2233.4455
  - Port ID type: Interface name(5)
    Port ID     : "{far}"
  - System Name: "{name}"
  - System Description: "something"

"""
        for local, name, far in neighbours
    ]
    return "".join(parts)


def junos_lldp(*neighbours):
    head = "Local Interface    Parent Interface    Chassis Id          Port info          System Name\n"
    return head + "".join(
        f"{local}         -                   00:11:22:33:44:55   {far}     {name}\n" for local, name, far in neighbours
    )
