def customentry(req):
    return f"{req.method} came in by another door."
