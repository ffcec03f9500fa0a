"""What SQL reads and writes, column by column: a pure core over sqlglot, and crawlers of files and query logs."""
