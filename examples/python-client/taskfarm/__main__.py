"""`python -m taskfarm [--profile NAME] [--capability FILE]`: a Python prompt with `mec` and `tc`."""

import argparse
import sys

from .console import main

parser = argparse.ArgumentParser(
    prog="python -m taskfarm", description="A Python prompt with mec and tc predefined."
)
parser.add_argument(
    "--profile", help="a name below $TASKS_HOME (~/.tasks), or a path; 'default' unless given"
)
parser.add_argument("--capability", help="the path of a capability file; $TASKS_CAPABILITY unless given")
parser.add_argument(
    "--patience", type=float, default=0, help="seconds to wait for the farm if it is not there yet"
)
given = parser.parse_args()
sys.exit(main(given.capability, given.profile, given.patience))
