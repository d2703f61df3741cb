"""What delivery reports mean: pure functions and values, no Qt, no I/O, no SQL, no clock.

Public API:

* `report`: :class:`~kvitto.core.report.DeliveryReport`, one status change of one message.
* `ip1_parser`: reads the JSON bodies of iP.1's SMS API v2 into reports, or says why not.
* `status`: the code table, groups and results.
* `money`: exact amounts in one currency.
* `marks`: what is unusual about a report that was taken all the same.
* `state`: from reports to a message's current state.
* `aggregates`: from states to a batch's counts, segments, cost and changes of cost.
* `timestamps`: UTC instants and the units in which they are kept.
"""
