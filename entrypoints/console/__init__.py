"""The console: a page on which people play a call, watch it, and see what waits and why."""
