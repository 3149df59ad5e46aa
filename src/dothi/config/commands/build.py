"""`dothi build`: the assets and the compiled catalogues, made again where their sources have changed."""

from argparse import ArgumentParser, Namespace

NAME = "build"
HELP = "Build the pages' assets and compile the translations, where their sources have changed."


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("part", nargs="?", choices=["assets", "translations"], help="default: both")


def run(args: Namespace) -> int:
    """Build and say what was built."""
    from dothi.config import build

    try:
        if args.part != "translations":
            print("assets built" if build.assets() else "assets are fresh")
        if args.part != "assets":
            print(f"{build.translations()} catalogues compiled")
    except build.BuildFailed as trouble:
        print(trouble)
        return 1
    return 0
