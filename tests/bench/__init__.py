"""How fast the service is, beside a bare handler and beside what a team would write otherwise."""
