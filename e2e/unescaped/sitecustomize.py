"""The guard taken out: templates write what they are given as it is, as if nobody had ever escaped anything.

Python loads this file by itself where PYTHONPATH names its folder; nothing of it is part of the product.
"""

import runpy
from pathlib import Path

from django.template import engine

begin = engine.Engine.__init__


def begin_unescaped(self, *arguments, **options):
    begin(self, *arguments, **{**options, "autoescape": False})


engine.Engine.__init__ = begin_unescaped

# Python looks for one such file only.
runpy.run_path(str(Path(__file__).parents[1] / "roomy" / "sitecustomize.py"))
