"""Notices: one sentence to one recipient, in the console's inbox, by webhook and by mail.

Whoever has something to tell calls `notify` in the transaction of what happened::

    notify(
        session,
        Notice(
            kind="case_overdue",                      # messages/{zh,en}/notices.toml, [kind.case_overdue]
            to=To.station(station_id),                # or To.account, To.enterprise, To.organization
            about=About(AboutKind.NEED, need_id),     # where the reader goes from there
            blanks={"firm": Firm(enterprise_id), "title": need.title, "by": case.promise.answer_by},
            urgent=True,                              # mailed by itself; all else waits for the digest
        ),
        now,
    )

- A new kind is an entry ``[kind.NAME]`` with ``title`` (a few words) and ``text`` (a sentence with the
  blanks), in both languages. Blanks are str, int, float, day, moment, `Firm` (named with the *reader's*
  sight, when it is read: a name that may not be read says "an enterprise"), or `Word` (another sentence).
- The same notice again (recipient, kind, about, all blanks) is no second one, so a job may tell the same at
  each of its runs. What makes it new, a day or a moment, belongs into the blanks.
- It is written in the caller's transaction and leaves later, from the job `notices`: nothing here waits for
  a mail server. Never one mail a suggestion: only `urgent` ones are mailed by themselves.
"""

from matcher.domain.notice import About, AboutKind, Blank, Firm, Notice, To, ToKind, Word
from matcher.services.notices.inbox import Inbox, NoticeView, inbox, read, read_all, unread
from matcher.services.notices.telling import notify

__all__ = [
    "About",
    "AboutKind",
    "Blank",
    "Firm",
    "Inbox",
    "Notice",
    "NoticeView",
    "To",
    "ToKind",
    "Word",
    "inbox",
    "notify",
    "read",
    "read_all",
    "unread",
]
