"""The one door for data coming in: any sheet becomes rows, rows become drafts, drafts become records.

A format adapter yields rows; a mapping says what each column means; the noun's one validator judges;
the person sees a preview; one transaction applies all or nothing; the batch can be undone. Intake never
decides what is right for a noun: that is the resource's business. It never guesses silently either.
"""
