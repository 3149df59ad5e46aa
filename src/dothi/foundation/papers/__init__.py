"""Papers: rendered by typst, signed by PAdES, verifiable by anyone."""
