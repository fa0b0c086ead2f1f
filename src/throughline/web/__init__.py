"""The staff pages' own door: middleware that says who looks, and the addresses of all apps' pages.

It holds no rules: what a page may show is decided by `visible_to`, what a button does by a verb.
"""
