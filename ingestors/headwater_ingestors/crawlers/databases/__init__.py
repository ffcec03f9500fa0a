"""What crawlers of databases share, and the one of any database that SQLAlchemy reaches."""
