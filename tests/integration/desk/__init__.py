"""The desk over HTTP, without a browser: what a form sends, twice; what a stranger sends, and stays inert."""
