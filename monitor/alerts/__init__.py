"""Alerts: composed from matches, rendered for people, delivered with retries."""
