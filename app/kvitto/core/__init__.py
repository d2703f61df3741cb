"""What delivery reports mean: pure functions and values, no Qt, no I/O, no SQL, no clock.

The door of the room:

* `report`: :class:`~kvitto.core.report.DeliveryReport`, one status change of one message.
* `ip1`: reads the JSON bodies of iP.1's SMS API v2 into reports, or says why not.
* `status`: the code table, groups and outcomes.
* `money`: exact amounts in one currency.
* `marks`: what is unusual about a report that was taken all the same.
* `state`: from reports to a message's current state.
* `sums`: from states to a batch's counts, segments, cost and cost steps.
* `times`: UTC instants and the units in which they are kept.
"""
