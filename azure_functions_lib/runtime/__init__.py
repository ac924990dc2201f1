"""One invocation: payloads become typed values, a function runs, its values become payloads."""
