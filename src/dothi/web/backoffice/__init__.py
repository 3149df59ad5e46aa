"""The back office: what officials keep in order so that others can work. Devices first."""
