"""Crawlers, one file a source."""
