"""All our jobs."""
import csv, sys, os, re
from nautobot.extras.jobs import Job, StringVar, FileVar, ObjectVar, ChoiceVar, BooleanVar
from nautobot.dcim.models import Site, Region, Rack, RackRole, RackGroup
from nautobot.tenancy.models import Tenant
from nautobot.ipam.models import Aggregate, Prefix, IPAddress, Role as IPAMRole
from nautobot.utilities.utils import *
from nautobot.utilities.exceptions import AbortTransaction
from nautobot.core.graphql import execute_query
name = 'NetOps'
CHOICES = (('a','A'),
           ('b','B'),)
class ImportRacks(Job):
    file = FileVar()
    site=ObjectVar(model=Site)
    kind = ChoiceVar(choices=CHOICES)
    force = BooleanVar(default=False)
    class Meta():
        name='Import racks'; description='Imports racks'
        read_only=False
        commit_default=True
        approval_required = True
        soft_time_limit = 3600
        time_limit = 1800
    def run(self,data,commit):
        site=data.get('site'); rows=csv.DictReader(data['file'].read().decode().splitlines())
        group,created=RackGroup.objects.get_or_create(name='Main',slug='main',site=site)
        for row in rows:
            try:
                rack=Rack.objects.get(name=row['name'],site__region__name=row["region"])
                self.log_debug('exists')
            except Rack.DoesNotExist:
                rack=Rack(name=row['name'],site=site,group=group); rack.save()
                self.log_success(obj=rack,message='created %s'%rack)
            except: pass
        if data['force'] and commit: self.helper(data)
        else:
            raise AbortTransaction("dry")
    def helper(self, data):
        query = """query { sites { name region { slug } } }"""
        for s in execute_query(query, user=self.request.user).to_dict()['data']['sites']:
            self.log_info(None, s['name'])
        print("done", file=sys.stderr)
class Child(ImportRacks):
    extra=StringVar()
    def run(self, data, commit):
        super().run(data, commit)
        self.log_failure("no good")
        return data
class Ping(Job):
    host = StringVar(regex=r"^[a-z]+$")
    def run(self, data=None, commit=None):
        os.system("ping -c1 "+data['host'])
