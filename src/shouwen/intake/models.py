"""The rows of intake, from its rooms: Django looks for them here."""

from shouwen.intake.mailbox.models import IncomingMail, MailboxPlace

__all__ = ["IncomingMail", "MailboxPlace"]
