"""What every noun gets and no subject is known to: the parts that subjects are built from."""
