"""The use cases, one a file: what this service does for a person or a partner."""
