"""Stand in for the service: invent a campaign, post its reports, and know what must come of them.

Public API:

* `simulate_command`: `kvitto simulate`.
* `plan`: :class:`~kvitto.simulator.plan.Plan`, what a campaign depends on; `fault_injection`: what
  goes wrong in it, and the profiles.
* `campaign`: :class:`~kvitto.simulator.campaign.Campaign`, everything that is posted, as a stream.
* `target`: :class:`~kvitto.simulator.target.Target`, the one URL that it is posted to.
* `campaign_runner`: :class:`~kvitto.simulator.campaign_runner.CampaignRunner`, posts it on any
  asyncio loop.
* `summary`: :class:`~kvitto.simulator.summary.Summary`, what came of it.
* `verification`: :func:`~kvitto.simulator.verification.verify`, compares it with a store.

Inside: a message's `lifecycles`, `sms_text`, `encoding` and `invalid_payloads`, put together in
`message_scripts` of `simulated_batches` into `requests`; `retry_queue` (pace and retry policy),
`http_client`, `delivery_results`; `campaign_arguments`,
`arguments`, `progress`.
"""
