# The two commands that a newcomer needs are `make run` and `make test`.
.PHONY: install run test test-all check format bench

install:
	uv sync --frozen --quiet

test: install
	.venv/bin/pytest -q -m "not long"

test-all: install
	.venv/bin/pytest -q

check: install
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: install
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
