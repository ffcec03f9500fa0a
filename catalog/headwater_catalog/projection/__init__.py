"""Facts become rows: merge rules, set-based statements, then what was touched is derived anew."""
