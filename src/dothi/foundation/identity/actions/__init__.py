"""The only writes of identity: `persons`, `factors`, `sign_ins`, `attempts`."""
