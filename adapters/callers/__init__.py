"""Who calls: doctors by the hospital's tokens, services by their keys, leavers by our tickets."""
