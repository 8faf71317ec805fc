"""A script that `guild run` starts, whose arguments are its flags."""

from __future__ import annotations

import argparse

import secret

parser = argparse.ArgumentParser()
for name in ("note", "api_key", "remark", "token"):
    parser.add_argument(f"--{name}", default="")
parser.parse_args()
secret.work()
