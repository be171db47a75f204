from nautobot.apps.jobs import Job


class Audit(Job):
    class Meta:
        name = "Audit"

    def run(self):
        self.logger.info("ok")
