"""What travels between host and function, before any binding gives it meaning."""
