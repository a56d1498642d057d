"""Questionnaires of ODK and KoboToolbox (XLSForm workbooks) as scripts.

What a script can express is carried; everything else is listed with its sheet and row. The format
is described at xlsform.org; which columns and question types there are follows that reference.
"""
