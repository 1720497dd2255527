"""The Word edition of a bulletin, in the layout of official documents or in an office's own."""
