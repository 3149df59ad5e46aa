# The two commands that a newcomer needs are `make run` and `make test`.
.PHONY: install assets run test test-all check format bench

install:
	uv sync --frozen --quiet

# Built anew only when the lock or a source has changed.
ASSETS := src/dothi/web/components/static/dist/manifest.json
assets: $(ASSETS)

frontend/node_modules/.package-lock.json: frontend/package-lock.json
	cd frontend && npm ci --ignore-scripts --no-progress
	touch $@

$(ASSETS): frontend/node_modules/.package-lock.json $(shell find frontend/src frontend/public -type f 2>/dev/null) \
		frontend/vite.config.ts frontend/icons.json
	cd frontend && npm run build --silent

test: install assets
	.venv/bin/pytest -q -m "not long"

test-all: install assets
	.venv/bin/pytest -q

check: install
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

format: install
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .
