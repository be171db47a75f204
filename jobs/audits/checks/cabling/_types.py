"""Which interface types can be joined: what each of them can speak, as bits."""

from __future__ import annotations

from collections import defaultdict
from functools import reduce
from operator import or_

from django.db.models import Case, IntegerField, Value, When
from nautobot.dcim.choices import InterfaceTypeChoices

# What is spoken over twisted pair, and over fibre or direct-attach cable, in Mbit/s; and what is no Ethernet.
_COPPER = (100, 1_000, 2_500, 5_000, 10_000)
_FIBRE = (100, 1_000, 10_000, 25_000, 40_000, 50_000, 100_000, 200_000, 400_000, 800_000, 1_600_000)
_OTHER = ("fibre channel", "infiniband", "sonet")
_BITS: dict[object, int] = {
    name: 1 << index
    for index, name in enumerate([*(("copper", x) for x in _COPPER), *(("fibre", x) for x in _FIBRE), *_OTHER])
}
_ANYTHING = (1 << len(_BITS)) - 1


def _copper(most: int) -> int:
    return reduce(or_, (_BITS["copper", speed] for speed in _COPPER if speed <= most), 0)


def _fibre(most: int, least: int = 100) -> int:
    return reduce(or_, (_BITS["fibre", speed] for speed in _FIBRE if least <= speed <= most), 0)


# Slots take slower transceivers, those for QSFP by an adapter. Those for SFP take twisted pair too, larger ones do not.
_SPOKEN = {
    "100base-tx": _copper(100),
    "1000base-t": _copper(1_000),
    "2.5gbase-t": _copper(2_500),
    "5gbase-t": _copper(5_000),
    "10gbase-t": _copper(10_000),
    "100base-fx": _fibre(100),
    "100base-lfx": _fibre(100),
    "1000base-x-gbic": _fibre(1_000) | _copper(1_000),
    "1000base-x-sfp": _fibre(1_000) | _copper(1_000),
    "10gbase-x-sfpp": _fibre(10_000) | _copper(10_000),
    "10gbase-x-xfp": _fibre(10_000, 10_000) | _BITS["copper", 10_000],
    "10gbase-x-xenpak": _fibre(10_000, 1_000) | _BITS["copper", 10_000],
    "10gbase-x-x2": _fibre(10_000, 1_000) | _BITS["copper", 10_000],
    "25gbase-x-sfp28": _fibre(25_000) | _copper(10_000),
    "50gbase-x-sfp28": _fibre(50_000) | _copper(10_000),
    "50gbase-x-sfp56": _fibre(50_000) | _copper(10_000),
}
_SPOKEN_BY_PREFIX = {
    "40gbase-x-": _fibre(40_000, 1_000),
    "100gbase-x-": _fibre(100_000, 1_000),
    "200gbase-x-": _fibre(200_000, 10_000),
    "400gbase-x-": _fibre(400_000, 10_000),
    "800gbase-x-": _fibre(800_000, 10_000),
    "1600gbase-x-": _fibre(1_600_000, 10_000),
    "infiniband-": _BITS["infiniband"],
    "sonet-": _BITS["sonet"],
}
# Slots that take transceivers for twisted pair as well, if only one vendor's.
_SMALL = ("sfpdd", "dsfp")


def _bits(kind: str) -> int:
    if kind in _SPOKEN:
        return _SPOKEN[kind]
    if "gfc-" in kind:
        return _BITS["fibre channel"]
    if not kind.endswith(_SMALL):
        for prefix, bits in _SPOKEN_BY_PREFIX.items():
            if kind.startswith(prefix):
                return bits
    return _ANYTHING  # as far as the type tells: backplanes, stacking, access networks and "other"


def spoken() -> Case:
    """What an interface can speak by its type, for the interfaces' own queryset: two that share no bit cannot talk."""
    kinds = defaultdict(list)
    for kind in InterfaceTypeChoices.values():
        kinds[_bits(kind)].append(kind)
    known = [When(type__in=types, then=Value(bits)) for bits, types in kinds.items() if bits != _ANYTHING]
    return Case(*known, default=Value(_ANYTHING), output_field=IntegerField())
