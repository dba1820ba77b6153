"""From a plan and the tables to results: facts, roles, rollup, targets and status."""
