"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

from hourglass.imaging import Wanted

Paths = Annotated[
    list[Path], typer.Argument(help="files or folders; of several, the last is where the results go", metavar="PATH...")
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", help="where the results go: a file, a folder, or - for standard output")
]
Model = Annotated[str | None, typer.Option(help="an installed model; hourglass models lists them")]
Resize = Annotated[bool, typer.Option(help="scale images of another size to the model's")]
Metadata = Annotated[
    Wanted,
    typer.Option(help="of EXIF and XMP: keep all; private: not who, by what and where; strip: nothing"),
]
Jobs = Annotated[int | None, typer.Option(min=1, help="files to work on side by side; by default one a core")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="replace results that are there")]
SkipExisting = Annotated[bool, typer.Option("--skip-existing", help="leave results that are there, and go on")]
