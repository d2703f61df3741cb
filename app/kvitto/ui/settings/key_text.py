"""What there is to say of a secret of the callback URL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from PySide6.QtCore import QObject

from kvitto.reachability.public_url import host_of
from kvitto.store.callback_keys import LATEST_REPORTS, CallbackKey
from kvitto.ui.text import formatting


@dataclass(frozen=True)
class KeyFacts:
    """What is known of the secrets.

    Attributes:
        url: the local callback URL; "" where nobody receives.
        callback_keys: the valid secrets of the service's URLs: those in use, the others, then those
            that
            were renewed; the newest first.
        in_use: the keys of those that are in the URLs that are given away now.
        last: when a report came last by each, of the latest ones.
        users: how many batches that are not finished need each.
        needed_until: how long reports may still come by each that was renewed.
    """

    url: str = ""
    callback_keys: Sequence[CallbackKey] = ()
    in_use: frozenset[int] = frozenset()
    last: Mapping[int, datetime] = field(default_factory=dict)
    users: Mapping[int, int] = field(default_factory=dict)
    needed_until: Mapping[int, datetime] = field(default_factory=dict)


class KeyText(QObject):
    """Says it in the language of now."""

    def row_text(self, callback_key: CallbackKey, facts: KeyFacts, now: datetime) -> str:
        """Return all that there is to say of a secret, for its row."""
        parts = [self._place_text(callback_key)]
        if callback_key.key in facts.in_use:
            parts.append(self.tr("in the URL"))
        parts.append(
            self.tr("made {time}").format(time=formatting.exact_time(callback_key.created))
        )
        parts.append(self._use_text(callback_key, facts, now))
        lines = [" · ".join(parts)]
        if ending := self.ending_text(callback_key, facts, now):
            lines.append(ending)
        return "\n".join(lines)

    def ending_text(self, callback_key: CallbackKey, facts: KeyFacts, now: datetime) -> str:
        """Return why a renewed secret is still valid, and for how long; "" for one that is not."""
        if callback_key.rotated is None:
            return ""
        renewed = self.tr("Renewed {ago}:").format(ago=formatting.ago(callback_key.rotated, now))
        # Who looks for those that end comes by every now and then.
        soonest = now + timedelta(minutes=1)
        ends = formatting.exact_time(
            max(facts.needed_until.get(callback_key.key, soonest), soonest)
        )
        if needed_by := facts.users.get(callback_key.key, 0):
            kept = self.tr(
                "kept for %Ln batch(es) that are not finished; ends {time}, or later if more is "
                "heard.",
                "",
                needed_by,
            )
        else:
            kept = self.tr(
                "kept for batches that were sent with it and have not been heard of; ends {time}, "
                "or later if more is heard."
            )
        kept = kept.format(time=ends)
        return f"{renewed} {kept}"

    def last_use_text(self, callback_key: CallbackKey, facts: KeyFacts, now: datetime) -> str:
        """Return who would miss a secret, in sentences."""
        last = facts.last.get(callback_key.key)
        if last is None:
            said = self.tr("None of the latest {count} reports came by it.").format(
                count=formatting.number(LATEST_REPORTS)
            )
        else:
            said = self.tr("Its last report came {ago}.").format(ago=formatting.ago(last, now))
        if needed_by := facts.users.get(callback_key.key, 0):
            said += " " + self.tr(
                "%Ln batch(es) that are not finished report by it.", "", needed_by
            )
        return said

    def _place_text(self, callback_key: CallbackKey) -> str:
        if callback_key.public_url is None:
            return self.tr("on this computer")
        return host_of(callback_key.public_url) or callback_key.public_url

    def _use_text(self, callback_key: CallbackKey, facts: KeyFacts, now: datetime) -> str:
        last = facts.last.get(callback_key.key)
        if last is not None:
            return self.tr("last report by it {ago}").format(ago=formatting.ago(last, now))
        return self.tr("none of the latest {count} reports came by it").format(
            count=formatting.number(LATEST_REPORTS)
        )
