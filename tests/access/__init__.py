"""Nobody finds what they may not see: every address, walked as those who may see the least."""
