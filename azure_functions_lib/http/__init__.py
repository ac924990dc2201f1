"""HTTP: requests, responses and their codec."""
