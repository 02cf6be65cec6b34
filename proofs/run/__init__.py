"""Running the catalogue: claims found, evidence spread over workers and kept, the document of what was found."""
