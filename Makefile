# 汉滨：从每月导出的 Excel 到月报。直接运行 make 可看全部命令。
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MONTH := 2022-09
STAMP := $(VENV)/.installed
TOOLS := $(VENV)/.installed-dev
FONTS := $(VENV)/share/hanbin/fonts/fonts.json

.DEFAULT_GOAL := help
.PHONY: help install develop bulletin docs pictures test test-quick test-slow test-search mutants check fix lock offline-bundle sbom benchmark-import benchmark-chapters benchmark-guard benchmark-sliders benchmark-shock benchmark-plan benchmark-batch benchmark-cluster benchmark-forecast forecast-tables clean

help: ## 列出全部命令
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: $(STAMP) $(FONTS) ## 安装运行所需：.venv、锁定版本的依赖、字体、命令 hanbin

$(STAMP): requirements.lock pyproject.toml scripts/install.sh
	@PYTHON="$(PYTHON)" bash scripts/install.sh "$(VENV)" $<
	@touch $@

develop: install $(TOOLS) ## 加装测试、文档、打包用的工具和全部可选组件

$(TOOLS): requirements-dev.lock | $(STAMP)
	@PYTHON="$(PYTHON)" bash scripts/install.sh "$(VENV)" $<
	@touch $@

# Fonts that were deleted, or whose recipe changed, come back without installing all else anew.
$(FONTS): hanbin_lib/fonts/install.py hanbin_lib/fonts/recipes.py | $(STAMP)
	@$(BIN)/python -m hanbin_lib.fonts.install
	@touch $@

bulletin: install ## 主任务：演示数据 → 导入各月 → 全区和26个镇的月报
	$(BIN)/hanbin demo --month $(MONTH)
	$(BIN)/hanbin import data/inbox
	$(BIN)/hanbin bulletin $(MONTH)

docs: develop ## 文档网站：build/docs/index.html，离线可看，有警告或断链即停止
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

pictures: develop ## 文档里的图片：docs/pictures/*.png，按已发布的月报重做（先运行 make bulletin）
	$(BIN)/python scripts/pictures.py --month $(MONTH)

test: develop ## 全部测试（耗时的统计检验另见 make test-slow）
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow"

test-quick: develop ## 快速测试：不生成月报，不用浏览器
	$(BIN)/python -m pytest -n 2 -q --dist loadgroup -m "not slow and not browser" --ignore=tests/release --ignore=tests/notebooks

test-slow: develop ## 耗时的统计检验（数十分钟）
	$(BIN)/python -m pytest -n 2 -m slow

test-search: develop ## 性质检验改用随机样例，寻找新的反例
	HYPOTHESIS_PROFILE=search $(BIN)/python -m pytest -n 2 --dist loadgroup -m "not slow and not browser"

mutants: develop ## 变异检验：300处小改动，测试能发现几处（每处只跑算到那里的测试；NUMBER=处数，SEED=抽哪些，默认按版本）
	$(BIN)/python scripts/mutants.py --workers 2 --number $(or $(NUMBER),300) $(if $(SEED),--seed $(SEED))

check: develop ## 格式、规范、类型、分层、笔记本、快速测试
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/nbstripout --keep-id --verify notebooks/*.ipynb
	$(MAKE) test-quick

fix: develop ## 自动整理格式
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: develop ## 重新锁定依赖版本，并同步 environment.yml
	$(BIN)/python scripts/lock.py

offline-bundle: develop ## 打包离线安装包（依赖和字体）
	@bash scripts/offline_bundle.sh "$(VENV)"

sbom: develop ## 软件物料清单（CycloneDX）：dist/hanbin.cdx.json
	@$(BIN)/python scripts/sbom.py

benchmark-import: develop ## 导入速度：与 pandas、openpyxl 同场比较
	$(BIN)/python benchmarks/import_speed.py
	$(BIN)/python benchmarks/import_scale.py

benchmark-chapters: develop ## 全部指标的计算用时：一个区、十个区的量（先运行 make bulletin）
	$(BIN)/python benchmarks/chapters_speed.py

benchmark-shock: develop ## 冲击模拟用时：与 pandas 逐次模拟、numpy 裸算同场比较（先运行 make bulletin）
	$(BIN)/python benchmarks/shock_speed.py

benchmark-guard: develop ## 个人信息检查用时：全部登记人员对一个月的全部发布文件（先运行 make bulletin）
	$(BIN)/python benchmarks/guard_speed.py

benchmark-plan: develop ## 编排一个省：2900份文件的用时和内存（先运行 make bulletin）
	$(BIN)/python benchmarks/plan_speed.py

benchmark-sliders: develop ## 推演笔记本的滑块：移动一次的重算用时（先运行 make bulletin）
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/sliders_speed.py

benchmark-batch: develop ## 一个月全部文件的用时：与 papermill + nbconvert + Chromium 同场比较；BESIDE=另一份检出，则轮流比较（先运行 make bulletin）
	$(BIN)/python benchmarks/batch_speed.py
	$(BIN)/python benchmarks/batch_memory.py
	$(if $(BESIDE),$(BIN)/python benchmarks/batch_beside.py $(BESIDE))

benchmark-cluster: develop ## 集群上一份文档的用时：与单机同场比较，文件逐字节核对（先运行 make bulletin）
	$(BIN)/python benchmarks/cluster_speed.py

# Peers that do not go with the project's own versions live apart.
PEERS := .venv-benchmark
$(PEERS)/.installed: requirements-benchmark.lock
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet --require-hashes -r requirements-benchmark.lock
	@touch $@

benchmark-forecast: $(PEERS)/.installed ## 预测精度：与 statsforecast、statsmodels 同场比较
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(PEERS)/bin/python benchmarks/forecast_accuracy.py
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(PEERS)/bin/python benchmarks/forecast_groups.py

forecast-tables: $(PEERS)/.installed ## 重新估计预测用的先验表和校准表
	OMP_NUM_THREADS=1 $(PEERS)/bin/python scripts/fit_forecast_tables.py

clean: ## 删除环境和缓存（不删数据和报告）
	rm -rf $(VENV) $(VENV)-oldest $(PEERS) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache dist
