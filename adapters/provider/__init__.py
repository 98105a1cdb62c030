"""The video provider: Dyte v2 or its successor Cloudflare RealtimeKit, selected by a profile."""
