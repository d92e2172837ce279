"""Commands that speak the reader's language: every help text and refusal is a catalogue sentence.

A command is written without help texts; they are looked up as ``cli.<command>.help`` and
``cli.<command>.<parameter>`` when they are shown.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, Final

import click

from matcher.messages import LANGUAGES, catalogue, say

# Click's words beside our own sentences.
_HEADINGS: Final = {
    "Usage: ": "cli.words.usage",
    "Options": "cli.words.options",
    "Commands": "cli.words.commands",
}


def language() -> str:
    """The language of the sentences: QIANXIAN_LANGUAGE, Chinese by default. A wrong one is refused later."""
    given = os.environ.get("QIANXIAN_LANGUAGE", LANGUAGES[0])
    return given if given in LANGUAGES else LANGUAGES[0]


def tell(key: str, /, **params: object) -> None:
    """Print a catalogue sentence."""
    click.echo(say(key, language(), **params))


def warn(key: str, /, **params: object) -> None:
    """Print a catalogue sentence on standard error."""
    click.echo(say(key, language(), **params), err=True)


def in_words(error: str | None, outcome: Mapping[str, Any]) -> list[str]:
    """What a run's record tells: what went wrong and what to do, where the catalogue knows its reason."""
    sentences = catalogue(language())
    params = outcome.get("params", {})
    known = [sentences.get(f"{error}.{part}") for part in ("what", "remedy")]
    return [text.format_map(params) for text in known if text is not None]


class Formatter(click.HelpFormatter):
    """Help pages with translated headings."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """As click's, headed in the reader's language."""
        super().write_usage(prog, args, say(_HEADINGS["Usage: "], language()) if prefix is None else prefix)

    def write_heading(self, heading: str) -> None:
        """As click's, in the reader's language."""
        key = _HEADINGS.get(heading)
        super().write_heading(heading if key is None else say(key, language()))


class Context(click.Context):
    """A context whose help pages are translated."""

    formatter_class = Formatter


class Spoken(click.Command):
    """A command whose texts come from the catalogue."""

    context_class = Context

    @property
    def key(self) -> str:
        """Where its sentences stand: ``cli.<command>``; set by the group for its children."""
        return f"cli.{str(self.callback.__name__ if self.callback else self.name).removesuffix('_command')}"

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first line of the help."""
        return say(f"{self.key}.help", language()).partition("\n")[0][: max(limit, 70)]

    def format_help_text(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The sentence of the command."""
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(say(f"{self.key}.help", language()))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Each option with its sentence."""
        rows = [self._row(ctx, parameter) for parameter in self.get_params(ctx)]
        with formatter.section("Options"):
            formatter.write_dl([row for row in rows if row is not None])

    def _row(self, ctx: click.Context, parameter: click.Parameter) -> tuple[str, str] | None:
        record = parameter.get_help_record(ctx)
        if record is None:
            name = parameter.make_metavar(ctx)
            return name, say(f"{self.key}.{parameter.name}", language())
        if "--help" in parameter.opts:
            return record[0], say("cli.words.show_help", language())
        return record[0], say(f"{self.key}.{parameter.name}", language())


class SpokenGroup(Spoken, click.Group):
    """A group of commands, each imported only when it is asked for, so that --help starts at once.

    `children` maps a command to ``module:attribute``.
    """

    command_class = Spoken

    def __init__(self, *args: Any, children: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.children: Mapping[str, str] = {} if children is None else children

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """In the order they were declared, which is the order they are needed in."""
        return [*self.children, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's own module."""
        if cmd_name not in self.children:
            return super().get_command(ctx, cmd_name)
        module, _, attribute = self.children[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Options, then the commands with the first line of each."""
        Spoken.format_options(self, ctx, formatter)
        rows = [(name, say(f"{self._child_key(name)}.help", language())) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, sentence.partition("\n")[0]) for name, sentence in rows])

    def _child_key(self, name: str) -> str:
        # Not through the command itself: that would import every command for one help page.
        return f"cli.{name}" if name in self.children else self.commands[name].key  # type: ignore[attr-defined]


def usage_sentences(error: click.UsageError) -> Sequence[str]:
    """What is wrong with the command line and where its help stands."""
    path = "qianxian" if error.ctx is None else error.ctx.command_path
    return (_wrong(error), say("cli.usage.see_help", language(), command=path))


def _wrong(error: click.UsageError) -> str:
    spoken = language()
    if isinstance(error, click.NoSuchOption):
        return say("cli.usage.no_such_option", spoken, name=error.option_name)
    if isinstance(error, click.MissingParameter):
        return say("cli.usage.missing", spoken, name=_name_of(error))
    if isinstance(error, click.BadParameter):
        return say("cli.usage.bad", spoken, name=_name_of(error), detail=_allowed(error))
    if isinstance(error, click.NoSuchCommand):
        return say("cli.usage.no_such_command", spoken, name=error.command_name)
    return say("cli.usage.other", spoken, detail=error.format_message())


def _allowed(error: click.BadParameter) -> str:
    kind = None if error.param is None else error.param.type
    if isinstance(kind, click.Choice):
        return say("cli.usage.one_of", language(), known=", ".join(map(str, kind.choices)))
    if isinstance(kind, click.IntRange):
        return say(
            "cli.usage.between", language(), least=kind.min, most="..." if kind.max is None else kind.max
        )
    return error.message


def _name_of(error: click.BadParameter) -> str:
    if error.param is None:
        return str(error.param_hint)
    return (
        error.param.opts[0] if isinstance(error.param, click.Option) else str(error.param.human_readable_name)
    )
