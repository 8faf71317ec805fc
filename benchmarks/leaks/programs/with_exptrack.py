"""A script that `exptrack run` watches, which gives it the global name below."""

from __future__ import annotations

import secret

secret.arguments()
tracker = globals()["__exptrack__"]
tracker.log_params(secret.parameters())
tracker.set_note(secret.text("title"))
tracker.add_tag(secret.text("tag"))
secret.work()
