"""Files people attach, bring in or fetch: kept by their content, handed out by the rule of their record.

It never serves a file from a web address that skips the rule, never trusts the name or the type a
browser sends, and never opens a document it keeps.
"""
