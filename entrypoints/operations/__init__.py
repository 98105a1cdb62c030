"""What operators see and correct: the same for the command line and for HTTP."""
