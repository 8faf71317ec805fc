"""The rendered journal: a static site that opens by double click."""
