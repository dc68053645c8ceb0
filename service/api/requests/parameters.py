"""Query parameters that several endpoints share."""

from typing import Annotated

from fastapi import Query

from hourglass.imaging import Wanted

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
Frame = Annotated[
    int | None,
    Query(ge=0, description="of an animated image or one of several pages, the one to take, from 0; no other needs it"),
]
Metadata = Annotated[
    Wanted,
    Query(
        description="what of EXIF and XMP goes on: keep all; private leaves out what tells who took a picture, with "
        "which camera, and where; strip leaves out everything, the resolution too. Orientation and thumbnail never do"
    ),
]
