"""The partners' twins, in process: the same promises, no account, nothing to install."""
