"""What the use cases ask of the outside world: Protocols and their promises, one file a concern.

Every time and duration is in seconds; a time of day is seconds since the epoch (UTC). A call to a
partner may raise a ``PartnerError``; its kind says whether trying later may help. A call to storage
may raise ``StorageUnavailableError``: then nothing of it happened, or nobody knows.
"""
