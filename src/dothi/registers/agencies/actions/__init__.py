"""The only writes of the register; each writes facts, ledger and event in one transaction."""
