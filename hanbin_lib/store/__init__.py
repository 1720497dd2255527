"""What a workspace keeps between runs, and by which name: the program's identity, results computed once."""
