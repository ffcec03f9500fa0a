"""Data contracts by the Open Data Contract Standard as values: their parts by dataset, what they say, breaches; pure."""
