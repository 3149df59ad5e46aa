"""The house put together: settings, urls, servers, supervisor, command line, wiring."""
