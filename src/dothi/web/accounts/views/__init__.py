"""The pages of signing in and of one's own account: `resident`, `official`, `security`."""
