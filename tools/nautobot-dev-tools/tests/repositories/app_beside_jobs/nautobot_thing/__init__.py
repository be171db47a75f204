from nautobot.apps import NautobotAppConfig


class ThingConfig(NautobotAppConfig):
    name = "nautobot_thing"
    verbose_name = "Thing"
    base_url = "thing"
    min_version = "2.0.0"
    max_version = "2.9999"


config = ThingConfig
