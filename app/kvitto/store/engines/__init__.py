"""The databases that a store can be kept in, behind one interface.

* `base`: what the rest of the store asks of a database, and of the connection that the writer
  stores through.
* `sqlite`: connections to a database file.
* `opening`: opens, makes and upgrades a store on a PostgreSQL server; of the other modules,
  `postgresql_roles` says who may do what there, and `postgresql_versions` who may use it.

The queries are the same for all: they are written once, with SQLAlchemy.
"""
