"""Begins an app, adds a function to it, edits its settings; see ``azfl new``, ``azfl settings``."""
