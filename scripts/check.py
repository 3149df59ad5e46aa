"""`make check`: everything about the code that can be told without running it against people."""

import sys

import docs
import licenses
import stages
import translations

BIN = ".venv/bin"
MIGRATIONS = ["-W", "ignore", "-m", "django", "makemigrations", "--check", "--dry-run", "--verbosity=1"]


def main() -> int:
    """Run all checks; 1 when any fails."""
    return stages.run(
        {
            "format": [f"{BIN}/ruff", "format", "--check", "."],
            "lint": [f"{BIN}/ruff", "check", "."],
            "types": [f"{BIN}/mypy"],
            "import contracts": [f"{BIN}/lint-imports"],
            "migrations": [
                "env",
                "DJANGO_SETTINGS_MODULE=dothi.config.settings",
                f"{BIN}/python",
                *MIGRATIONS,
            ],
            "translations": translations.complaints,
            "docs match code": [f"{BIN}/python", "scripts/reference.py", "--check"],
            "written pages": docs.complaints,
            "licenses": licenses.complaints,
        }
    )


if __name__ == "__main__":
    sys.exit(main())
