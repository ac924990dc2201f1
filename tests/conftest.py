"""What all tests share."""

from __future__ import annotations

import signal

from hypothesis import HealthCheck, settings

# No test asserts a time, and a loaded machine must not fail one that draws its input.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Where a shell has begun the tests in the background, Ctrl-C would be ignored by all they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
