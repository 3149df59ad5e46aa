"""The data vault: results and extracts of each person, and the owner's control over their reuse."""
