"""Every decoder fed with generated input: ``python -m tests.fuzz [SECONDS]``.

Hypothesis draws payloads and metadata; where atheris is installed, it leads what is drawn towards
lines that were not reached yet. Only the library's own exceptions may come out, no input may take
more than a few seconds, and memory may grow by no more than a fixed multiple of the input.

What else reads what others have written is in :mod:`.targets`. Inputs that were once of interest
are kept in ``corpus``, and the ordinary tests feed them again.
"""
