"""What outlives a run: documents of `verify --json`, compared."""
