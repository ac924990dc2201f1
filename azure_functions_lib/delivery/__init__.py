"""The host's rules, without I/O: what goes to a function, and what becomes of what it gives.

No socket, file, thread, process or clock of its own: storage, time and whoever runs functions are
given, as the protocols of :mod:`.storage`, :mod:`.clock` and :mod:`.call` describe them.
"""
