"""Write messages, reports, batches or refused bodies to a file that other programs can read.

The door of the room:

* `export`: :func:`~kvitto.export.exporter.export`, which writes one table to a file or a stream.
* `kinds`: what can be exported, and in which forms.
* `errors`: why that could not be done, in words.

Inside:

* `columns`: what each table holds, a column declared once.
* `csv_file`, `jsonl_file`, `xlsx_file`: the formats, each a `writer.TableWriter`.
* `spreadsheet`: what spreadsheets do to text, and how to keep them from it.
* `destination`: a file that is there whole or not at all, or a stream.
* `leftovers`: removes what killed exports have left behind.
* `progress`: how far it is.
"""
