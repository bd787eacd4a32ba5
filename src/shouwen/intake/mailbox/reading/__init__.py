"""邮件阅读: from the raw bytes of a mail to a `Mail`. Plain Python without database: begin at `parsing.py`."""
