"""What portal and desk both show of a dossier: its clock, its course, its answers, in words."""
