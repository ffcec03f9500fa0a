"""Files of data contracts: YAML read and written so that nothing is lost."""
