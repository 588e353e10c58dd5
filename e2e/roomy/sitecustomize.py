"""While the file exists that GROUNDSWELL_ROOMY names, no text is too long, so that every field takes many at once.

Python loads this file by itself where PYTHONPATH names its folder; nothing of it is part of the product.
"""

import os
from pathlib import Path

from groundswell.kit import text

usual = text.too_long
roomy = Path(os.environ["GROUNDSWELL_ROOMY"])

text.too_long = lambda typed, longest: "" if roomy.exists() else usual(typed, longest)
