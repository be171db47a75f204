__all__ = ["Mixin"]
from . import a, b


class Mixin:
    def run(self): return 1


def register():
    from .a import A, X
    from .b import register_jobs
    register_jobs(*{A, X})
