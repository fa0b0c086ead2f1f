"""Work that takes longer than a page may: asked for in a verb, done by a worker, watched on a page.

A job acts as the person who asked for it, with the rights they have when it runs. It never runs before
the verb that asked for it has committed, and never for someone who has left.
"""
