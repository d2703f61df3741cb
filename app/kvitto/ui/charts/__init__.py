"""The charts: what is selected costs how much, and when its reports came.

What other packages use:

* :class:`~kvitto.ui.charts.lazy_panel.LazyChartsPanel`, which loads `panel`, all of it.

Inside: `source` reads, at a pace; `span` knows what time is seen; `chart` and `pointing` are what
both charts have in common, of which `cost_chart` and `rate_chart` are made; their scenes consist of
a `row` or several, each an area (`time_box`), its axis (`axes`, with `ticks`) and what lies over it
(`overlay`). `stretches` and `outline` calculate. `picture` saves.
"""
