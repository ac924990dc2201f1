CACHED_DATA = None
LOADED = 0


def main(req):
    global CACHED_DATA, LOADED
    if CACHED_DATA is None:
        LOADED += 1
        CACHED_DATA = {"calls": 0}
    CACHED_DATA["calls"] += 1
    return f"loaded {LOADED} time, called {CACHED_DATA['calls']}"
