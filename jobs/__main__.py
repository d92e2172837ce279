"""The command line: `qianxian`, the same as `python -m jobs`. Ends with 0, 1 (failed) or 2 (usage)."""

from __future__ import annotations

import sys
import traceback
from types import TracebackType
from typing import Final

import click

from jobs.spoken import SpokenGroup, language, usage_sentences
from matcher.errors import MatcherError
from matcher.messages import explain, say

FAILED: Final = 1
USAGE: Final = 2

COMMANDS: Final = {
    "demo": "jobs.commands.demo:demo",
    "migrate": "jobs.commands.migrate:migrate",
    "import": "jobs.commands.imports:import_command",
    "export": "jobs.commands.exports:export",
    "run": "jobs.commands.run:run",
    "list": "jobs.commands.run:list_command",
    "schedule": "jobs.commands.serve:schedule",
    "follow": "jobs.commands.follow:follow",
    "serve": "jobs.commands.serve:serve",
    "suggest": "jobs.commands.suggest:suggest",
    "eligible": "jobs.commands.eligible:eligible",
    "loans": "jobs.commands.loans:loans",
    "why": "jobs.commands.why:why",
    "stories": "jobs.commands.stories:stories",
    "plan": "jobs.commands.plan:plan",
    "keys": "jobs.commands.keys:keys",
    "needs": "jobs.commands.needs:needs",
    "replay": "jobs.commands.replay:replay",
    "evaluate": "jobs.commands.evaluate:evaluate",
    "warm": "jobs.commands.warm:warm",
}


@click.group(cls=SpokenGroup, children=COMMANDS, no_args_is_help=False, invoke_without_command=True)
@click.version_option(package_name="qianxian")
@click.pass_context
def qianxian(ctx: click.Context) -> None:
    """The group of all commands."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit. What goes wrong is told as what + remedy; nobody reads a traceback."""
    sys.excepthook = _unforeseen
    sys.exit(outcome(arguments))


def outcome(arguments: list[str] | None) -> int:
    """The exit code of the command line `arguments` (of this process by default)."""
    try:
        answer = qianxian.main(arguments, prog_name="qianxian", standalone_mode=False)
    except click.UsageError as error:
        return _refuse(USAGE, *usage_sentences(error))
    except (click.Abort, KeyboardInterrupt):
        return _refuse(FAILED, say("cli.words.stopped", language()))
    except MatcherError as error:
        return _refuse(FAILED, *explain(error, language()))
    except OSError as error:
        return _refuse(FAILED, *_system(error))
    return answer if isinstance(answer, int) else 0


def _system(error: OSError) -> tuple[str, str]:
    """A file that cannot be read or a disk that is full, in words."""
    place = "" if error.filename is None else str(error.filename)
    detail = error.strerror if error.strerror is not None else str(error)
    return (
        say("cli.system.what", language(), place=place, detail=detail),
        say("cli.system.remedy", language()),
    )


def _refuse(code: int, *sentences: str) -> int:
    for sentence in sentences:
        click.echo(sentence, err=True)
    return code


def _unforeseen(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Told in words; the trace goes to a file beside the data, for whoever has to mend it."""
    from jobs.wreckage import keep

    if kind.__module__.startswith("sqlalchemy"):
        _refuse(FAILED, say("cli.database.what", language()), say("cli.database.remedy", language()))
    else:
        _refuse(FAILED, say("errors.internal.what", language()))
    place = keep("".join(traceback.format_exception(kind, error, trace)))
    if place is not None:
        _refuse(FAILED, say("cli.words.details", language(), path=place))


if __name__ == "__main__":
    main()
