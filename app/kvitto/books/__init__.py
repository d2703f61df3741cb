"""Asks the SMS service's API, its books, what became of each message. It only reads there.

Public API:

* `key`: :class:`~kvitto.books.key.ApiKey`, and where it is kept.
* `client`: :class:`~kvitto.books.client.BooksClient`, the five questions that are asked.
* `books_errors`: why there is no answer.

Inside: `transport` sends one GET to the one host, `shapes` and `json_fields` read answers,
`pages` goes through a list, `own_thread` makes
calls that may hang.
"""
