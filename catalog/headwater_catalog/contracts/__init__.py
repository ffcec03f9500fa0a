"""Data contracts by the Open Data Contract Standard as values: parts by dataset, what they say, breaches; pure."""
