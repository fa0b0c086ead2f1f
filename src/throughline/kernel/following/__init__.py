"""Following a record, a list or a figure: being told of what is new in it, as often as one likes, and of nothing one may not read."""
