"""What there is to say of a secret of the callback URL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from PySide6.QtCore import QObject

from app.door.public_url import host_of
from app.store.secrets import LATEST_REPORTS, CallbackSecret
from app.ui import words


@dataclass(frozen=True)
class SecretFacts:
    """What is known of the secrets.

    Attributes:
        url: the local callback URL; "" where nobody receives.
        secrets: the valid secrets of the sender's URLs: those in use, the others, then those that
            were renewed; the newest first.
        in_use: the keys of those that are in the URLs that are given away now.
        last: when a report came last by each, of the latest ones.
        users: how many batches that are not settled need each.
        needed_until: how long reports may still come by each that was renewed.
    """

    url: str = ""
    secrets: Sequence[CallbackSecret] = ()
    in_use: frozenset[int] = frozenset()
    last: Mapping[int, datetime] = field(default_factory=dict)
    users: Mapping[int, int] = field(default_factory=dict)
    needed_until: Mapping[int, datetime] = field(default_factory=dict)


class SecretWords(QObject):
    """Says it in the language of now."""

    def row_text(self, secret: CallbackSecret, facts: SecretFacts, now: datetime) -> str:
        """Return all that there is to say of a secret, for its row."""
        parts = [self._place_text(secret)]
        if secret.key in facts.in_use:
            parts.append(self.tr("in the URL"))
        parts.append(self.tr("made {time}").format(time=words.exact_time(secret.created)))
        parts.append(self._use_text(secret, facts, now))
        lines = [" · ".join(parts)]
        if ending := self.ending_text(secret, facts, now):
            lines.append(ending)
        return "\n".join(lines)

    def ending_text(self, secret: CallbackSecret, facts: SecretFacts, now: datetime) -> str:
        """Return why a renewed secret is still valid, and for how long; "" for one that is not."""
        if secret.retired is None:
            return ""
        renewed = self.tr("Renewed {ago}:").format(ago=words.ago(secret.retired, now))
        # Who looks for those that end comes by every now and then.
        soonest = now + timedelta(minutes=1)
        ends = words.exact_time(max(facts.needed_until.get(secret.key, soonest), soonest))
        if needed_by := facts.users.get(secret.key, 0):
            kept = self.tr(
                "kept for %Ln batch(es) that are not settled; ends {time}, or later if more is "
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

    def last_use_text(self, secret: CallbackSecret, facts: SecretFacts, now: datetime) -> str:
        """Return who would miss a secret, in sentences."""
        last = facts.last.get(secret.key)
        if last is None:
            said = self.tr("None of the latest {count} reports came by it.").format(
                count=words.number(LATEST_REPORTS)
            )
        else:
            said = self.tr("Its last report came {ago}.").format(ago=words.ago(last, now))
        if needed_by := facts.users.get(secret.key, 0):
            said += " " + self.tr("%Ln batch(es) that are not settled report by it.", "", needed_by)
        return said

    def _place_text(self, secret: CallbackSecret) -> str:
        if secret.public_url is None:
            return self.tr("on this computer")
        return host_of(secret.public_url) or secret.public_url

    def _use_text(self, secret: CallbackSecret, facts: SecretFacts, now: datetime) -> str:
        last = facts.last.get(secret.key)
        if last is not None:
            return self.tr("last report by it {ago}").format(ago=words.ago(last, now))
        return self.tr("none of the latest {count} reports came by it").format(
            count=words.number(LATEST_REPORTS)
        )
