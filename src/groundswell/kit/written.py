"""A row as JSON has it, and the same row again: for what is taken out of a table and may have to come back."""

from typing import Any

from django.db.models import Model

Written = dict[str, Any]


def written(row: Model) -> Written:
    """All columns of a row by their names, to the last microsecond."""
    return {field.attname: _plain(row, field) for field in row._meta.concrete_fields}


def _plain(row: Model, field: Any) -> object:
    value = getattr(row, field.attname)
    return value if value is None or isinstance(value, str | int) else field.value_to_string(row)


def read[Row: Model](model: type[Row], values: Written) -> Row:
    """The row that was written; what it points at may be gone meanwhile."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return model(**{name: fields[name].to_python(value) for name, value in values.items()})
