"""Roads as a graph: read from a file, kept, closed where nobody can pass, and asked how long a way takes."""
