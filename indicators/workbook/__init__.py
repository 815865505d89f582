"""The Excel form of one report: the form as a workbook to be filled in without a line to the server, and what a
filled one says.

`writing` draws it, `reading` finds its lines again by their hidden keys, `understanding` says what every line would
change, `confirming` writes what was shown. Nothing is decided here about a figure: each line goes through
`forms.read`, as on the page.
"""
