"""Access control: authentication, origins of web pages, call limits, the audit log of refusals."""
