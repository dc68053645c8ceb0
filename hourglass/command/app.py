"""The commands and their options."""

import typer

from hourglass.command import images, models, programs, scores

app = typer.Typer(
    name="hourglass",
    help="Compress, clean, draw and inspect images with autoencoders, on your own machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.command(rich_help_panel="Images")(images.encode)
app.command(rich_help_panel="Images")(images.decode)
app.command(rich_help_panel="Images")(images.denoise)
app.command(rich_help_panel="Images")(scores.score)
app.command(rich_help_panel="Images")(scores.sample)
app.command(rich_help_panel="What there is")(models.models)
app.command(rich_help_panel="What there is")(models.info)
app.command(rich_help_panel="Programs", context_settings=programs.PASSED_ON)(programs.fit)
app.command(rich_help_panel="Programs")(programs.serve)
