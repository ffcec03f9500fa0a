"""Crawls by a schedule, beside a server: docs/decisions/0020-crawl-schedule.md."""
