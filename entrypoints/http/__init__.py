"""The HTTP interface: the contract's names and texts live here and nowhere further in."""
