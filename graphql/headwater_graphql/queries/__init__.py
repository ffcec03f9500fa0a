"""The roots of all questions, a module for each part."""
