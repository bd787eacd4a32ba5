"""电子邮件渠道: mails polled by IMAP or received by SMTP become complaints, or words added to one (mission A1, issue 3)."""
