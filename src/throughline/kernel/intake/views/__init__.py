"""The pages of intake: the steps of the wizard, and the batches."""
