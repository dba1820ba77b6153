"""Why a unit is what it is in a measure: its clauses, the facts behind them, the rows behind these, and what would change it."""
