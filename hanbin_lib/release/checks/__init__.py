"""What a month must pass: before it begins, in what is printed and what leaves, and when it is made again."""
