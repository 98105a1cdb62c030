"""The sandbox twins over HTTP: a provider and an attendance service to practise on."""
