"""What forms ask for: a field that was left empty asks for nothing."""

from typing import Annotated, TypeVar

from pydantic import BeforeValidator

Value = TypeVar("Value")
Maybe = Annotated[Value | None, BeforeValidator(lambda given: None if given == "" else given)]
"""A value of a query, or nothing; an empty field of a form is nothing."""
