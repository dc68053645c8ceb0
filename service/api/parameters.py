"""Query parameters that several endpoints share."""

from typing import Annotated

from fastapi import Query

ModelName = Annotated[
    str | None, Query(max_length=64, description="an installed model; by default the one GET /models marks as such")
]
Resize = Annotated[
    bool,
    Query(
        description="scale an image of another size to the model's, keeping proportions, on black; "
        "a model that takes images of any size takes it without"
    ),
]
Quality = Annotated[int, Query(ge=1, le=100, description="1 (smallest) to 100 (closest to the original)")]
