"""示范银行: a generated bank with a year of casework, labelled as generated, made by sending commands through the core."""
