"""What operators see and correct over HTTP, in words that the command line uses too."""
