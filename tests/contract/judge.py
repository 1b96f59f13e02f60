"""Discord's own description of its API as a judge of every body the bot sends.

The description is not part of the project. Where the environment variable DISCORD_OPENAPI names it, the tests that
need it run; elsewhere they are skipped.
"""

import json
from functools import cache
from pathlib import Path

import jsonschema_rs

from tests.contract.discord_rules import problems_of

REFERENCE = "#/components/schemas/"
SAYS_ITS_TYPE = {"type": ["string", "integer"]}
HARMLESS = {"nsfw", "tts"}
"""What discord.py sends with every command and every edit, and Discord passes over where it has no use for it."""


class Contract:
    """`faults(requests)` says what is wrong with the bodies of requests (each with `method`, `path` and `json`)."""

    def __init__(self, description):
        self.schemas = {name: _prepared(schema, description) for name, schema in _schemas(description).items()}
        self.schemas["SnowflakeType"] = {"type": ["string", "integer"], "pattern": "^(0|[1-9][0-9]*)$", "minimum": 0}
        self.bodies = {
            (method.upper(), tuple(path.strip("/").split("/"))): _prepared(body, description)
            for path, operations in description["paths"].items()
            for method, operation in operations.items()
            if isinstance(operation, dict) and (body := _body(operation)) is not None
        }
        self.paths = {tuple(path.strip("/").split("/")) for path in description["paths"]}
        self.validator = cache(self._validator)

    def faults(self, requests):
        return [
            f"{request.method} {request.path}: {fault}" for request in requests for fault in self._faults_of(request)
        ]

    def _faults_of(self, request):
        path = tuple(request.path.strip("/").split("/"))
        known = [template for template in self.paths if _fits(template, path)]
        if not known:
            yield "Discord has no such address"
            return
        template = max(known, key=lambda one: sum(not part.startswith("{") for part in one))
        if request.json is None:
            return
        if (request.method, template) not in self.bodies:
            yield "Discord takes no body here"
            return
        wrong = [
            f"{'/'.join(map(str, error.instance_path)) or 'the body'}: {error.message[:300]}"
            for error in self.validator(request.method, template).iter_errors(request.json)
            if not _harmless(error)
        ]
        if not wrong and _is_shown(template):
            wrong = problems_of(request.json, edit=request.method == "PATCH")
        yield from wrong

    def _validator(self, method, template):
        return jsonschema_rs.Draft202012Validator(
            {**self.bodies[method, template], "components": {"schemas": self.schemas}}, validate_formats=True
        )


def _schemas(description):
    return description["components"]["schemas"]


def _body(operation):
    return operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")


def _fits(template, path):
    return len(template) == len(path) and all(
        part.startswith("{") or part == given for part, given in zip(template, path, strict=True)
    )


def _is_shown(template):
    return template[-1] in ("callback", "messages", "commands", "@original") or template[-2:] in (
        ("messages", "{message_id}"),
        ("{webhook_id}", "{webhook_token}"),
    )


def _harmless(error):
    return error.kind.name == "additionalProperties" and set(error.kind.unexpected) <= HARMLESS


def _prepared(schema, description):
    """A schema with its unions taken apart by `type`, and without room for misspelt properties."""
    if isinstance(schema, list):
        return [_prepared(one, description) for one in schema]
    if not isinstance(schema, dict):
        return schema
    prepared = {key: _prepared(value, description) for key, value in schema.items() if not key.startswith("x-")}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        prepared.setdefault("additionalProperties", False)
    for key in ("oneOf", "anyOf"):
        branches = _by_type(schema.get(key), description)
        if branches:
            del prepared[key]
            prepared["allOf"] = [*prepared.get("allOf", []), *branches]
    return prepared


def _by_type(union, description):
    """A union as conditions, so that a fault is told where it is: for each branch, told by its `type`, or not null."""
    if not isinstance(union, list):
        return []
    objects = [one for one in union if one.get("type") != "null"]
    if len(objects) == 1 and len(union) == 2:
        return [{"if": {"not": {"type": "null"}}, "then": _prepared(objects[0], description)}]
    kinds = [_types(one, description) for one in objects]
    if len(objects) < 2 or not all(kinds) or len(set().union(*kinds)) < sum(map(len, kinds)):
        return []
    said = {"type": "object", "required": ["type"], "properties": {"type": {"enum": sorted(set().union(*kinds))}}}
    if len(objects) < len(union):
        said = {"oneOf": [{"type": "null"}, said]}
    return [
        said,
        *(
            {
                "if": {"required": ["type"], "properties": {"type": {"enum": sorted(kind)}}, "type": "object"},
                "then": one,
            }
            for one, kind in zip(objects, kinds, strict=True)
        ),
    ]


def _types(branch, description):
    name = branch.get("$ref", "").removeprefix(REFERENCE)
    schema = _schemas(description).get(name, {})
    return frozenset(schema.get("properties", {}).get("type", {}).get("enum", ()))


@cache
def judge(named):
    """The judge by the description in a file of that name; None where there is none."""
    return Contract(json.loads(Path(named).read_text(encoding="utf-8"))) if named else None
