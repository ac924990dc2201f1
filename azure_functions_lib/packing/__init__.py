"""Makes the package that a function app is published as, and tries one out; see ``azfl pack``."""
