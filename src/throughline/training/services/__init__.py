"""The verbs of training. Each part has its module; this is the one place that writes."""
