from nautobot.apps.models import PrimaryModel


class Thing(PrimaryModel):
    pass
