"""A real host: sockets, storage, time and processes around the rules of ``delivery``."""
