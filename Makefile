# The two commands that a newcomer needs are `make run` and `make test`.
# The first Python 3.11 that really starts (a version manager's shim may not).
PYTHON ?= $(shell for python in python3.11 /usr/bin/python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
	&& echo $$python && exit; done; echo python3)
BENCH ?= all
# Without byte code each of a hundred processes compiles all its code anew; some machines forbid it.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-all check format bench install build

run:
	@$(PYTHON) scripts/run.py $(if $(PORT),--port $(PORT))

test: install
	@.venv/bin/python scripts/test.py

test-all: install
	@.venv/bin/python scripts/test.py --all

check: install
	@.venv/bin/python scripts/check.py

bench: install
	@.venv/bin/python -m bench $(BENCH)

format: install
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

# Everything that tests and checks need; the same bootstrap as `make run`.
install:
	@$(PYTHON) scripts/install.py
