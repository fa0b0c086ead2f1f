"""One search over everything a person may read: all nouns, pages, measures. It keeps no index and no words of its own.

Every hit is read through what its reader may see; of what they may not see, nothing is shown, suggested or counted.
"""
