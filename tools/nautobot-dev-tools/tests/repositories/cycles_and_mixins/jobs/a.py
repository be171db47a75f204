from .b import *
from .b import Base as B
from . import c as c, a as itself

__all__ = ["A", "X"] + c.__all__


def location_var(**kwargs):
    return ObjectVar(model="dcim.location", **kwargs)


class X(B):
    where = location_var(required=False)

    class Meta(B.Meta, object):
        name = B.Meta.name + " X"


class A(X, c.Mixin):
    class Meta(X.Meta):
        name = "A"
    where = None

    def run(self, *, when, **_):
        return super().run()
