"""What one person arranges for themselves: saved views of lists, shared with others as questions, and what they opened last.

A saved view holds a question and never a record: who opens it is answered by what they may read. It never widens access.
"""
