"""One module a command of `dothi`: NAME, HELP, add_arguments(parser) and run(args)."""
