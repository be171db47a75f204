from .a import *
from .b import *
from .c import __doc__, register
register()
