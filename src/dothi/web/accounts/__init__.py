"""Signing in and out, passkeys and one-time codes."""
