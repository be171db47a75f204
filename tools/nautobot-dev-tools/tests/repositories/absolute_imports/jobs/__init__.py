import jobs.base
import absolute_imports.jobs.base as base
from absolute_imports.jobs.base import CompanyJob as Parent
import nautobot.apps.jobs as nj, nautobot.extras.jobs


class One(jobs.base.CompanyJob):
    x = nj.StringVar()


class Two(base.CompanyJob):
    y = nautobot.extras.jobs.IntegerVar(min_value=1)


class Three(Parent, nj.Job):
    z = nj.ChoiceVar(choices=base.CHOICES)


nj.register_jobs(One, Two, Three)
