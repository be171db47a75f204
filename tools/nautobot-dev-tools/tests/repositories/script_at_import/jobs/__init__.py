import logging
import requests
import subprocess
import yaml
import pynetbox, netmiko
from time import sleep
from nautobot.dcim.models import Device
from nautobot.extras.jobs import Job, StringVar, ChoiceVar
from nautobot.core.celery import register_jobs

TOKEN = "0123456789abcdef0123456789abcdef01234567"
PASSWORD = "hunter2"
logger = logging.getLogger(__name__)
logger.setLevel(logging.DEBUG)
DEVICES = [(d.pk, d.name) for d in Device.objects.all()]
SITES = requests.get("https://example.com/sites", verify=False, headers={"Authorization": "Token " + TOKEN}).json()
subprocess.call("touch EXECUTED", shell=True)


class Push(Job):
    device = ChoiceVar(choices=DEVICES)
    username = StringVar()
    password = StringVar()
    command = StringVar()

    def run(self, device, username, password, command):
        config = yaml.load(open("/tmp/config.yml"))
        for d in Device.objects.all():
            logger.info(f"Pushing to {d}")
            if d.primary_ip4 is None or d.device_type.manufacturer.name == "Other":
                self.logger.warning("skip %s" % d, extra={"obj": d})
                continue
            try:
                c = netmiko.ConnectHandler(host=str(d.primary_ip4), username=username, password=password)
                out = c.send_command(command)
                exec(out)
                d.custom_field_data["out"] = eval(out)
                d.save()
            except Exception:
                pass
            sleep(5)
        return True


register_jobs(Push)
