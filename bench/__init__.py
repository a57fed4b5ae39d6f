"""The measurements behind docs/performance.md; `scripts/bench --help` says how to run them."""
