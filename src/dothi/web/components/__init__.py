"""Components: the parts that every page is built from."""
