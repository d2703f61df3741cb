"""The databases that a store can be kept in, behind one interface.

* `base`: what the rest of the store asks of a database, and of the connection that the writer
  stores through.
* `sqlite`: connections to a database file.

The queries are the same for all: they are written once, with SQLAlchemy.
"""
