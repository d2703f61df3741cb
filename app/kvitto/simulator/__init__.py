"""Stand in for the sender: invent a campaign, post its reports, and know what must come of them.

The door of the room:

* `command`: `kvitto simulate`.
* `plan`: :class:`~kvitto.simulator.plan.Plan`, what a campaign depends on; `disturbances`: what
goes
  wrong in it, and the profiles.
* `campaign`: :class:`~kvitto.simulator.campaign.Campaign`, everything that is posted, as a stream.
* `target`: :class:`~kvitto.simulator.target.Target`, the one URL that it is posted to.
* `runner`: :class:`~kvitto.simulator.campaign_runner.CampaignRunner`, posts it on any asyncio loop.
* `summary`: :class:`~kvitto.simulator.summary.Scorecard`, what came of it.
* `verification`: :func:`~kvitto.simulator.verification.verify`, compares it with a store.

Inside: a message's `lives`, `texts`, `spelling` and `invalid_payload`, put together in `messages`
of
`batches` into `posts`; `retry_queue` (pace and retry rule), `line` (a connection), `answers`,
`contract`, `delivery_results`, `latency`; `options`, `quantities`, `progress`.
"""
