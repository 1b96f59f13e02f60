"""Settings, each with its default and one comment, read from a YAML file and the environment; and the bot's token."""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import private
from .errors import SettingsError
from .problem import Problem
from .strict_yaml import Mapping as Table
from .strict_yaml import Place, Sequence, Text, read_yaml
from .text import NO_NAME, REDACTED, looks_like_a_token, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .strict_yaml import Node

WATCH = ("auto", "poll", "off")
LOG_LEVELS = ("debug", "info", "warning", "error")
TOKEN = "QUOTH_TOKEN"  # noqa: S105  the name of a variable, not a token
CONFIG = "QUOTH_CONFIG"
PACKAGE = Path(__file__).resolve().parent
USUAL_FILE = Path("config.yaml")
MAX_TOKEN_FILE = 4096
MAX_FILE = 1 << 20
HOW_TO_GET_A_TOKEN = (
    "open https://discord.com/developers/applications, choose New Application, then Bot, then Reset Token; put the "
    f"token into the environment variable {TOKEN}, or into a file and its name into {TOKEN}_FILE. "
    "To try Quoth without an account or a token: quoth demo"
)
_TOKEN = re.compile(r"[A-Za-z0-9_.\-]+")
_SNOWFLAKES = 1 << 64


def _integer(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return read


def _id(text: str) -> int | None:
    if text and not re.fullmatch(r"[0-9]{15,20}", text):
        raise ValueError("must be an id as Discord's Copy Channel ID gives it, such as 1234567890123456789")
    return int(text) if text else None


def _path(text: str) -> Path | None:
    if looks_like_a_token(text):
        raise ValueError(NO_NAME)
    try:
        return Path(text).expanduser() if text else None
    except RuntimeError:
        raise ValueError("names the home of a person this machine does not know") from None


def _folder(text: str) -> Path:
    path = _path(text)
    if path is None:
        raise ValueError("must name a folder")
    return path


def _colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError('must be a colour such as "#1f5fa8" (in quotation marks, # and six hexadecimal digits)')
    return text.lower()


def _level(text: str) -> str:
    if text.lower() not in LOG_LEVELS:
        raise ValueError(f"must be one of {', '.join(LOG_LEVELS)}")
    return text.lower()


def _watch(text: str) -> str:
    if text.lower() not in WATCH:
        raise ValueError(f"must be one of {', '.join(WATCH)}")
    return text.lower()


def _ids(text: str) -> frozenset[int]:
    found = re.split(r"[\s,;]+", text.strip()) if text.strip() else []
    if not all(re.fullmatch(r"[1-9][0-9]{0,19}", server_id) and int(server_id) < _SNOWFLAKES for server_id in found):
        raise ValueError("must be ids of servers, as Discord's Copy Server ID gives them")
    return frozenset(map(int, found))


def _about(read: Callable[[str], object], comment: str, *, variable: bool = False) -> dict[str, Any]:
    return {"read": read, "comment": comment, "variable": variable}


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting. Names of files and folders count from where `quoth` is started. The token is not among them."""

    bank: Path | None = field(
        default=None,
        metadata=_about(_path, "folder of the bank; empty: the bank that comes with Quoth", variable=True),
    )
    data: Path = field(
        default=Path("data"),
        metadata=_about(_folder, "folder for what the bot remembers, in quoth.db", variable=True),
    )
    bank_servers: frozenset[int] = field(
        default=frozenset(),
        metadata=_about(
            _ids,
            "ids of the servers whose moderators may see and reload the bank's files; empty: only who runs the bot",
            variable=True,
        ),
    )
    watch: str = field(
        default="auto",
        metadata=_about(
            _watch, "how changes of the bank are noticed: auto, poll (for network volumes), off", variable=True
        ),
    )
    token_file: Path | None = field(
        default=None,
        metadata=_about(_path, f"file that holds the token and nothing else; empty: use {TOKEN}", variable=True),
    )
    log_level: str = field(
        default="info", metadata=_about(_level, f"how much the bot says: {', '.join(LOG_LEVELS)}", variable=True)
    )
    accent: str = field(default="#1f5fa8", metadata=_about(_colour, "colour of the cards"))
    stats_days: int = field(
        default=30, metadata=_about(_integer(1, 3650), "days that /stats and quoth stats look back")
    )
    keyword_cooldown: int = field(
        default=600,
        metadata=_about(_integer(0, 86_400), "seconds between two keyword replies on one topic in one channel"),
    )
    keyword_mute: int = field(
        default=1440, metadata=_about(_integer(1, 525_600), "minutes a trigger stays quiet after “not helpful”")
    )
    log_wait: int = field(
        default=250,
        metadata=_about(_integer(0, 2000), "milliseconds an answer waits at most for its use to be logged"),
    )
    retention_days: int = field(
        default=90,
        metadata=_about(_integer(1, 3650), "days that answers and queries are kept in the log, then deleted"),
    )
    owner_channel: int | None = field(
        default=None,
        metadata=_about(
            _id, "id of the channel where the owner is told that the log is in trouble; empty: by direct message"
        ),
    )
    health_file: Path | None = field(
        default=None,
        metadata=_about(_path, "file touched while Discord answers, for quoth health; empty: none", variable=True),
    )

    @property
    def database(self) -> Path:
        """The file that holds the uses and the servers' settings."""
        return self.data / "quoth.db"

    @property
    def bank_folder(self) -> Path:
        """The folder of the bank to serve."""
        return self.bank or shipped_bank()


_LISTS = frozenset({"bank_servers"})
"""Settings that may be a list in the file."""
_READ: Mapping[str, Callable[[str], object]] = {setting.name: setting.metadata["read"] for setting in fields(Settings)}


def shipped_bank(package: Path = PACKAGE) -> Path:
    """The folder of the bank that comes with Quoth: inside an installed package, else `quotes/` of the checkout."""
    installed = package / "shipped_bank"
    return installed if installed.is_dir() else package.parent / "quotes"


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"QUOTH_{name.upper()}"


def load_settings(path: Path | None, environ: Mapping[str, str]) -> Settings:
    """The settings: the environment before the file before the defaults.

    The file is `path`, else the one QUOTH_CONFIG names, else `config.yaml` where it exists. Raises SettingsError with
    every fault of both.
    """
    named = path or _file_named(environ)
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    file = named or (USUAL_FILE if USUAL_FILE.is_file() else None)
    if file:
        problems += _from_file(file, values)
    problems += _from_environment(environ, values)
    if problems:
        raise SettingsError(problems)
    return Settings(**values)


def _file_named(environ: Mapping[str, str]) -> Path | None:
    try:
        return _path(environ.get(CONFIG, ""))
    except ValueError as error:
        raise SettingsError([_wrong(CONFIG, str(error), "rename the file where it is none")]) from None


def _from_file(file: Path, values: dict[str, Any]) -> Iterator[Problem]:
    try:
        data = _bytes_of(file, MAX_FILE)
    except OSError as error:
        yield _wrong(str(file), f"cannot be read: {error.strerror}", "name another with --config or " + CONFIG)
        return
    root, faults = read_yaml(data, str(file))
    errors = [fault for fault in faults if fault.severity == "error"]
    if isinstance(root, Table):
        for name, node in root.entries.items():
            errors += _take(file, root.places[name], name, node, values)
    yield from errors
    lines = {fault.line for fault in errors}
    yield from (fault for fault in faults if fault.severity == "warning" and fault.line not in lines)
    if root is not None and not isinstance(root, Table):
        yield _wrong(str(file), "holds no settings", "write one `name: value` a line", (root.line, root.column))


def _take(file: Path, place: Place, name: str, node: Node, values: dict[str, Any]) -> Iterator[Problem]:
    if name not in _READ:
        yield _wrong(str(file), f"there is no setting {_shown(name)}", _nearest(name), place)
    elif name in _LISTS and isinstance(node, Sequence):
        for item in node.items:
            alone: dict[str, Any] = {}
            yield from _take(file, place, name, item, alone)
            values[name] = values.get(name, frozenset()) | alone.get(name, frozenset())
    elif not isinstance(node, Text):
        yield _wrong(
            str(file), f"{name} must be one value", "write it on the line of its name", (node.line, node.column)
        )
    else:
        try:
            values[name] = _READ[name](node.value)
        except ValueError as error:
            yield _wrong(str(file), f"{name} {error}, not {_shown(node.value)}", "", (node.line, node.column))


def _nearest(name: str) -> str:
    if "token" in name.lower() and name.lower() != "token_file":
        return f"the token never stands in this file: put it into {TOKEN}, or name its file with token_file"
    near = difflib.get_close_matches(name, _READ, n=1)
    return f"did you mean {near[0]}?" if near else f"the settings are {', '.join(_READ)}"


def _from_environment(environ: Mapping[str, str], values: dict[str, Any]) -> Iterator[Problem]:
    for setting in fields(Settings):
        name = variable(setting.name)
        if setting.metadata["variable"] and environ.get(name):
            try:
                values[setting.name] = _READ[setting.name](environ[name])
            except ValueError as error:
                yield _wrong(name, f"{error}, not {_shown(environ[name])}")


def example() -> str:
    """The text of config.example.yaml: every setting with its default and its comment."""
    head = (
        "# Quoth's settings. Copy this file to config.yaml and change what you need; each line shows the default.\n"
        f"# The bot's token never stands here: put it into {TOKEN}, or into a file of its own (token_file).\n"
        "# Names of files and folders count from where quoth is started.\n"
    )
    return head + "".join(map(_example_line, fields(Settings)))


def _example_line(setting: Any) -> str:
    default = str(setting.default or "") if setting.default is None or setting.name in _LISTS else str(setting.default)
    value = f' "{default}"' if default.startswith("#") else f" {default}" if default else ""
    also = f" ({variable(setting.name)})" if setting.metadata["variable"] else ""
    comment = setting.metadata["comment"]
    return f"\n# {comment[0].upper()}{comment[1:]}{also}\n{setting.name}:{value}\n"


def find_token(settings: Settings, environ: Mapping[str, str] = os.environ) -> str:
    """The bot's token, from QUOTH_TOKEN or else from the token file. Raises SettingsError; no error shows the token."""
    place, token = TOKEN, environ.get(TOKEN, "")
    if not token and settings.token_file:
        place = f"token file {_redacted(str(settings.token_file))}"
        token = _token_in(settings.token_file, place)
    if not token:
        raise SettingsError([_wrong(place, "there is no token yet", HOW_TO_GET_A_TOKEN)])
    if fault := _token_fault(token):
        raise SettingsError([_wrong(place, fault, "copy the token alone, as Reset Token shows it")])
    return token


def _token_in(file: Path, place: str) -> str:
    try:
        data = _bytes_of(file, MAX_TOKEN_FILE + 1)
        if len(data) > MAX_TOKEN_FILE:
            raise SettingsError([_wrong(place, "is too long to hold a token", HOW_TO_GET_A_TOKEN)])
        return data.decode("utf-8-sig").rstrip("\r\n")
    except OSError as error:
        raise SettingsError([_wrong(place, f"cannot be read: {error.strerror}", HOW_TO_GET_A_TOKEN)]) from None
    except UnicodeDecodeError:
        raise SettingsError([_wrong(place, "is not a text file", HOW_TO_GET_A_TOKEN)]) from None


def _bytes_of(file: Path, most: int) -> bytes:
    """So many bytes of a file, which a link may lead to; no pipe is waited for. Raises OSError."""
    return private.read_own(Path(os.path.realpath(file)), most)


def _token_fault(token: str) -> str | None:
    if token.lower().startswith(("bot ", "bearer ")):
        return "begins with a word before the token"
    if any(mark.isspace() for mark in token):
        return "holds a space or a line break"
    if token[0] in "\"'“‘":
        return "stands in quotation marks"
    if "=" in token:
        return "holds a name and an equals sign besides the token"
    return None if _TOKEN.fullmatch(token) else "holds a character that no token has"


def _wrong(file: str, message: str, hint: str = "", place: Place = (0, 0)) -> Problem:
    return Problem(file, *place, "error", "setting", message, hint)


def _shown(text: str) -> str:
    """A person's text as an error may show it: short, on one line, and never a token."""
    return repr(shorten(_redacted(text), 40))


def _redacted(text: str) -> str:
    """A person's text, but of one that would be a token or the end of one without its blanks not a word."""
    compact = "".join(mark for mark in text if mark.isprintable() and not mark.isspace())
    return REDACTED if looks_like_a_token(compact) else text
