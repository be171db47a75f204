import importlib, pkgutil, inspect
from nautobot.apps.jobs import Job, StringVar, register_jobs, BooleanVar as _B
from functools import partial

for _, module, _ in pkgutil.walk_packages(__path__, __name__ + "."):
    m = importlib.import_module(module)
    register_jobs(*[c for _, c in inspect.getmembers(m, inspect.isclass) if issubclass(c, Job)])

Made = type("Made", (Job,), {"run": lambda self: None, "x": StringVar()})
flag = partial(_B, default=True)


def factory(n):
    class Inner(Job):
        v = StringVar(default=n)

        class Meta:
            name = f"Inner {n}"

        def run(self, v): ...

    return Inner


register_jobs(Made, factory(1), *map(factory, range(3)), *(lambda: [])())


@decorated
class Decorated(Job, metaclass=type):
    f, g = flag(), flag(default=False)
    exec("h = StringVar()")
    locals()["i"] = StringVar()
    for _n in "abc":
        locals()[_n] = StringVar()
    if (k := StringVar()):
        pass
    run = lambda self, **kwargs: kwargs
    Meta = type("Meta", (), {"name": "Decorated"})


class Job(Job):
    async def run(self): await self.x()
    Meta: "type"
    @property
    def name(self): return "x"


setattr(Job, "z", StringVar())
match Job:
    case type(): register_jobs(Job)
    case _: pass
globals().update(X=Job)
