"""The sandbox twins over HTTP: a fake provider and a fake attendance service."""
