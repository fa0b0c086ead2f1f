"""Early warning: counts that are unusual against their own past, flagged with how unusual and on what evidence."""
