"""What tests of the toolkit share."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # for `html_tags`, which is no test
