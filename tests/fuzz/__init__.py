"""Whatever reads what others write, fed with generated input: ``python -m tests.fuzz [SECONDS]``.

Hypothesis draws what :mod:`.inputs` describes, now and then as much as 100 KB of it, for each of
the :mod:`.targets`. Only the library's own exceptions may come out, no input may take more than a
second of the processor for each 100 KB, and memory may grow by no more than a fixed multiple of the
input. Inputs that were once of interest are kept in ``corpus``, and the ordinary tests feed them
again.
"""
