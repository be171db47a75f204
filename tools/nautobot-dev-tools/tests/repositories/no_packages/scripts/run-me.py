#!/usr/bin/env python
import sys
sys.exit(1)
