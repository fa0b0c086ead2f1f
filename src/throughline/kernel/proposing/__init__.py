"""Changes proposed by those who may read a record and not change it; those who may change it accept or decline them."""
