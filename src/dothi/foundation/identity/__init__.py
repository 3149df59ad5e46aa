"""Identity: persons, accounts, sign-in, and the one function that decides what an actor may do."""
