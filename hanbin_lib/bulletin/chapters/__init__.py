"""The chapters of a bulletin, one module each; siblings never import each other."""
