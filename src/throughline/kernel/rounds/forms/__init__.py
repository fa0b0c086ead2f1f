"""Forms: an XLSForm read, understood and evaluated. Knows nothing of rounds, people or the database.

`reading` turns a workbook into an XForm, `definition` an XForm into a `Form`, `evaluating` a form and answers into
what is asked, computed and wrong; `wire` is XML as phones send it. The same evaluation stands behind every door.
"""
