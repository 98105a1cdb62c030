"""The HTTP interface: the contract's routes, field names and Portuguese texts."""
