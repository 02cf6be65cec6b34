"""Showing what was found: figures, films, the story, pages in the terminal, the report, the README's table."""
