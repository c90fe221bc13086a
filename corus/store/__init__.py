"""The only SQL: models, engine, queries, the writer, migrations."""
