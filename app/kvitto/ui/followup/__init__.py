"""Those who did not get a message: a list to phone, to mark, to copy, to save and to print.

Public: `follow_up_window.FollowUpWindow`.
"""
