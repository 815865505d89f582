"""What reads an uploaded table, in a process of its own: `python -m indicators.parsing` (`__main__`, `job`).

Nothing here knows Django, a database or a language, so that it starts fast and has nothing to lose: it answers with
plain values, or with the code of a refusal that `spreadsheet.sentences` turns into words.
"""
