"""The command line: a door like the staff pages and the API.

Commands say who acts, call the same verbs and queries as every other door, and print. They decide
nothing themselves, and read no record that the acting person may not see.
"""
