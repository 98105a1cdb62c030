"""Authentication: doctors by the hospital's tokens, services by API keys, leavers by tickets."""
