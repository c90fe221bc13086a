"""The only SQL: models, engine, queries, the writer, migrations."""

# Every table is known as soon as one is: migrations and copies go by the whole list.
from corus.store import account_models as account_models
from corus.store import text_models as text_models
