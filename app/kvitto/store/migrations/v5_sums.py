"""The sums of version 5: what the messages that are there add to them, before and after.

Sums of batches without deleted messages are made anew. From the others, what is left of their
messages is taken by the rules that it was counted by, and added again by the new ones.
"""

from typing import Final

TAKEN_AWAY: Final = (
    # Messages that the sums have from their reports, of batches whose sums can't be made anew.
    """
    CREATE TEMP VIEW left_over AS
    SELECT batch_pk, code, final, segments, price_nano, currency,
        (first_created_us - (first_created_us % 60000000 + 60000000) % 60000000) / 60000000
            AS minute
    FROM message
    WHERE batch_pk IN (SELECT pk FROM batch WHERE forgotten_us IS NOT NULL)
        AND NOT EXISTS (
            SELECT 1 FROM forgotten
            WHERE forgotten.batch_pk = message.batch_pk
                AND forgotten.message_id = message.message_id
        )
    """,
    """
    INSERT INTO batch_status (batch_pk, code, messages, settled, segments, revision)
    SELECT batch_pk, code, -count(*), -sum(final OR code = 201), -coalesce(sum(segments), 0), 0
    FROM left_over WHERE true GROUP BY 1, 2
    ON CONFLICT (batch_pk, code) DO UPDATE SET messages = messages + excluded.messages,
        settled = settled + excluded.settled, segments = segments + excluded.segments
    """,
    """
    INSERT INTO batch_cost (batch_pk, currency, units, nanos, messages, revision)
    SELECT batch_pk, currency, -sum(price_nano / 1000000000), -sum(price_nano % 1000000000),
        -count(*), 0
    FROM left_over WHERE price_nano IS NOT NULL GROUP BY 1, 2
    ON CONFLICT (batch_pk, currency) DO UPDATE SET units = units + excluded.units,
        nanos = nanos + excluded.nanos, messages = messages + excluded.messages
    """,
    """
    INSERT INTO cost_step (batch_pk, currency, minute, units, nanos, revision)
    SELECT batch_pk, currency, minute, -sum(price_nano / 1000000000),
        -sum(price_nano % 1000000000), 0
    FROM left_over WHERE price_nano IS NOT NULL GROUP BY 1, 2, 3
    ON CONFLICT (batch_pk, currency, minute) DO UPDATE SET units = units + excluded.units,
        nanos = nanos + excluded.nanos
    """,
    "DROP VIEW left_over",
    # Of deleted messages nobody knows how many parts the settled ones needed, where not all are.
    "UPDATE batch_status SET settled_segments = iif(messages = settled, segments, 0)",
    "CREATE TEMP VIEW whole AS SELECT pk FROM batch WHERE forgotten_us IS NULL",
    "DELETE FROM batch_status WHERE batch_pk IN whole",
    "DELETE FROM batch_cost WHERE batch_pk IN whole",
    "DELETE FROM cost_step WHERE batch_pk IN whole",
    "DELETE FROM report_step WHERE batch_pk IN whole",
    "DROP VIEW whole",
)
ADDED_ANEW: Final = (
    """
    CREATE TEMP VIEW counted AS
    SELECT pk, batch_pk, code, final, segments, funding_code IS 104 AS is_refunded,
        CASE WHEN funding_code IS 104 THEN coalesce(price_nano, refund_price_nano)
            ELSE price_nano END AS nano,
        coalesce(CASE WHEN price_nano IS NULL THEN refund_currency ELSE price_currency END,
            currency, '') AS currency,
        (first_created_us - (first_created_us % 60000000 + 60000000) % 60000000) / 60000000
            AS minute
    FROM message
    WHERE NOT EXISTS (
        SELECT 1 FROM forgotten
        WHERE forgotten.batch_pk = message.batch_pk AND forgotten.message_id = message.message_id
    )
    """,
    """
    INSERT INTO batch_status (batch_pk, code, messages, settled, segments, revision,
        settled_segments)
    SELECT batch_pk, code, count(*), sum(final OR code = 201), coalesce(sum(segments), 0), 0,
        coalesce(sum(iif(final OR code = 201, segments, 0)), 0)
    FROM counted WHERE true GROUP BY 1, 2
    ON CONFLICT (batch_pk, code) DO UPDATE SET messages = messages + excluded.messages,
        settled = settled + excluded.settled, segments = segments + excluded.segments,
        settled_segments = settled_segments + excluded.settled_segments
    """,
    """
    INSERT INTO batch_cost (batch_pk, currency, units, nanos, messages, revision,
        paid_back_units, paid_back_nanos, paid_back_count)
    SELECT batch_pk, currency, sum(iif(is_refunded, 0, nano / 1000000000)),
        sum(iif(is_refunded, 0, nano % 1000000000)), count(*), 0,
        sum(iif(is_refunded, nano / 1000000000, 0)), sum(iif(is_refunded, nano % 1000000000, 0)),
        sum(is_refunded)
    FROM counted WHERE nano IS NOT NULL GROUP BY 1, 2
    ON CONFLICT (batch_pk, currency) DO UPDATE SET units = units + excluded.units,
        nanos = nanos + excluded.nanos, messages = messages + excluded.messages,
        paid_back_units = paid_back_units + excluded.paid_back_units,
        paid_back_nanos = paid_back_nanos + excluded.paid_back_nanos,
        paid_back_count = paid_back_count + excluded.paid_back_count
    """,
    """
    INSERT INTO cost_step (batch_pk, currency, minute, units, nanos, revision)
    SELECT batch_pk, currency, minute, sum(nano / 1000000000), sum(nano % 1000000000), 0
    FROM counted WHERE nano IS NOT NULL AND NOT is_refunded GROUP BY 1, 2, 3
    ON CONFLICT (batch_pk, currency, minute) DO UPDATE SET units = units + excluded.units,
        nanos = nanos + excluded.nanos
    """,
    """
    INSERT INTO report_step (batch_pk, minute, code, reports, revision, ended_count)
    SELECT message.batch_pk, report.arrived_us / 60000000, report.code, count(*), 0,
        sum(report.final OR report.code = 201)
    FROM report JOIN message ON message.pk = report.message_pk
    WHERE message.batch_pk IN (SELECT pk FROM batch WHERE forgotten_us IS NULL)
    GROUP BY 1, 2, 3
    """,
    # Of deleted reports nobody knows whether they were final; errors have been shown as failures.
    """
    UPDATE report_step SET ended_count = reports
    WHERE batch_pk IN (SELECT pk FROM batch WHERE forgotten_us IS NOT NULL)
        AND (code = 201 OR code BETWEEN 500 AND 599)
    """,
    """
    INSERT INTO batch_mark (batch_pk, marks, report_count, revision)
    SELECT counted.batch_pk, report.marks, count(*), 0
    FROM report JOIN counted ON counted.pk = report.message_pk
    WHERE report.marks IS NOT NULL GROUP BY 1, 2
    """,
    """
    UPDATE batch SET reports = seen.reports, first_seen_us = seen.first, last_seen_us = seen.last
    FROM (
        SELECT message.batch_pk, count(*) AS reports, min(report.arrived_us) AS first,
            max(report.arrived_us) AS last
        FROM report JOIN message ON message.pk = report.message_pk
        GROUP BY message.batch_pk
    ) AS seen
    WHERE seen.batch_pk = batch.pk AND batch.forgotten_us IS NULL
    """,
    "DROP VIEW counted",
)
