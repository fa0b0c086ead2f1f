"""Opening a release to everyone: what of it may be shown, who decided so, and that it can be taken back."""
