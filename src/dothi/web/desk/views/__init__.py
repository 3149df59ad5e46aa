"""Views of the desk: the queue first, then one dossier, then one act."""
