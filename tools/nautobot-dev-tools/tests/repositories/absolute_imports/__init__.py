from absolute_imports.jobs import *
