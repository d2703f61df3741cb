"""Stand in for the sender: invent a campaign, post its reports, and know what must come of them.

The door of the room:

* `command`: `kvitto simulate`.
* `plan`: :class:`~app.simulator.plan.Plan`, what a campaign depends on; `disturbances`: what goes
  wrong in it, and the profiles.
* `campaign`: :class:`~app.simulator.campaign.Campaign`, everything that is posted, as a stream.
* `target`: :class:`~app.simulator.target.Target`, the one URL that it is posted to.
* `runner`: :class:`~app.simulator.runner.CampaignRunner`, posts it on any asyncio loop.
* `scorecard`: :class:`~app.simulator.scorecard.Scorecard`, what came of it.
* `verification`: :func:`~app.simulator.verification.verify`, compares it with a store.

Inside: a message's `lives`, `texts`, `spelling` and `junk`, put together in `messages` of
`batches` into `posts`; `outbox` (pace and retry rule), `line` (a connection), `answers`,
`contract`, `fates`, `latency`; `options`, `quantities`, `progress`.
"""
