"""One small app, written in each of the frameworks; every one of them has the same pages."""
