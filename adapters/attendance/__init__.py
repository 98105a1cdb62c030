"""The attendance service over HTTP."""
