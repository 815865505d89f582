"""The demonstration: the article's figures and made-up rounds, by the functions that people's clicks call.

Everything that is not from the article is marked as an illustration and stands in periods of its own, so that it
changes no total of the article's figures.
"""
