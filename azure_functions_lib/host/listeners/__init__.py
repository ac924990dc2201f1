"""What waits for the occasions of one trigger each."""
