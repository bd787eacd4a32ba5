"""The site (站点): settings, addresses, the embedded database, health."""
