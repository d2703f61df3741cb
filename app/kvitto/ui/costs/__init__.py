"""What a month cost: a page for people, a workbook, and a check of an invoice.

Public: `month_window.MonthWindow`.
"""
