"""Rules as data over what devices measure, and the alerts that they raise: with evidence, until closed."""
