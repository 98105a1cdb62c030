"""What operators see and correct over HTTP; the command line prints the same rows."""
