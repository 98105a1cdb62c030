"""The video provider: Dyte v2 and its successor Cloudflare RealtimeKit, told apart by a profile."""
