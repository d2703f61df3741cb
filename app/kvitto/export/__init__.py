"""Write messages, reports, batches or refused requests to a file that other programs can read.

Public API:

* `exporter`: :func:`~kvitto.export.exporter.export`, which writes one table to a file or a stream,
  and tells how far it is.
* `people_exporter`: the same for people, and numbers alone.
* `kinds`, `row_choice`: what can be exported, in which forms, and which rows.
* `export_errors`: why that could not be done.

Inside:

* `block_columns`: what messages and reports hold, a column declared once; `export_columns`: batches
  and what was refused.
* `text_files`, `xlsx_file`: the formats, each a `block_columns.BlockWriter`.
* `people_columns`, `people_workbook`: what the workbooks for people hold.
* `workbook_stream`: writes workbooks row by row.
* `cell_escaping`: what spreadsheets do to text, and how to keep them from it.
* `atomic_file`: a file that is there whole or not at all, or a stream.
* `leftovers`: removes what killed exports have left behind.
"""
