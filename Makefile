# Short names for the commands that CONTRIBUTING.md explains.
GO ?= go

.PHONY: help build test lint generate bench demo ci

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## bin/hearth
	$(GO) build -o bin/hearth ./cmd/hearth

test: ## every test
	$(GO) test ./...

lint: ## gofmt, vet, golangci-lint and buf lint
	$(GO) tool -modfile=tools/lint/go.mod golangci-lint run
	$(GO) vet ./...
	$(GO) tool -modfile=tools/go.mod buf lint

generate: ## Go code from proto/
	$(GO) tool -modfile=tools/go.mod buf format -w proto
	$(GO) tool -modfile=tools/go.mod buf generate

bench: build ## speed and memory of the built binary, printed
	$(GO) run ./bench -hearth bin/hearth

demo: ## a fictional council, from nothing to its families
	$(GO) run ./cmd/hearth demo

ci: ## what a change must pass
	bash .ci/run
