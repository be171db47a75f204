from nautobot.core.settings import *
SECRET_KEY = 'x' * 50
