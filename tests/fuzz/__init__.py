"""Every decoder fed with generated input: ``python -m tests.fuzz [SECONDS]``.

atheris mutates bytes where it is installed; elsewhere hypothesis draws payloads and metadata. Only
the library's own exceptions may come out, no input may take more than a few seconds, and memory may
grow by no more than a fixed multiple of the input.
"""
