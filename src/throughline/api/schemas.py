"""The nouns as JSON Schema, made from their declarations: what the API gives and takes."""

from typing import Any

from throughline.kernel.duplicates.registry import rule_for
from throughline.kernel.resources.declare import Field, Lines, Resource

Schema = dict[str, Any]
JSON_TYPES: dict[str, Schema] = {
    "integer": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "boolean": {"type": "boolean"},
    "date": {"type": ["string", "null"], "format": "date"},
    "moment": {"type": ["string", "null"], "format": "date-time"},
    "time": {"type": ["string", "null"], "format": "time"},
}
PROBLEM: Schema = {
    "type": "object",
    "required": ["title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "problems": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                    "value": {"type": "string"},
                    "row": {"type": ["integer", "null"]},
                },
            },
        },
    },
}


def name_of(resource: Resource) -> str:
    return "".join(part.capitalize() for part in resource.noun.split("-"))


def property_of(field: Field) -> Schema:
    """One field: its type, what can be said, and in words what it is."""
    made = dict(JSON_TYPES.get(field.kind, {"type": ["string", "null"]}))
    made["description"] = ". ".join(str(part).rstrip(".") for part in (field.title, field.hint) if part) + "."
    # A state that no flow declares is told as any other word.
    values = [option.value for option in field.options()] if field.kind == "choice" else []
    if values:
        made |= {"type": ["string", "null"], "enum": [*values, *([] if "" in values else [""]), None]}
    if field.kind == "term" and field.taxonomy:
        made["description"] += f" A code or label of the taxonomy '{field.taxonomy}'."
    if field.kind == "reference":
        made["description"] += f" A {field.related._meta.verbose_name}, by code or printed name."
    if field.precision:
        made["description"] += (
            f" When sent, a month (2024-03), quarter (2024-Q1) or year will do; see {field.precision}."
        )
    return made


def lines_schema(part: Lines) -> Schema:
    fields = {field.name: property_of(field) for field in part.fields}
    return {"type": "array", "description": f"{part.title}.", "items": {"type": "object", "properties": fields}}


def given(resource: Resource) -> Schema:
    """What a call gets back."""
    properties: Schema = {"id": {"type": "string", "format": "uuid"}}
    properties |= {field.name: property_of(field) for field in resource.all_fields}
    if resource.is_record:
        properties["version"] = {"type": "integer"}
    if rule_for(resource.noun) is not None:
        properties["merged_into"] = {
            "type": ["string", "null"],
            "description": "The reference of the record this one was merged into, if you may read that. Of one record only.",
        }
    properties |= {part.name: lines_schema(part) for part in resource.lines}
    return {"type": "object", "properties": properties}


def taken(resource: Resource, *, new: bool) -> Schema:
    """What a call sends: to make one, or to change some fields of one."""
    fields = [field for field in resource.all_fields if not field.read_only]
    properties: Schema = {field.name: property_of(field) for field in fields}
    properties |= {part.name: lines_schema(part) for part in resource.lines}
    if resource.is_record and new:
        properties["programme"] = {
            "type": "string",
            "description": "Code of the programme; needed if you may add to several.",
        }
    if resource.is_record and not new:
        properties["version"] = {
            "type": "integer",
            "description": "The version you read; another one by now is a conflict (409).",
        }
    required = [field.name for field in fields if field.required and field.name != "owner"] if new else []
    return {"type": "object", "properties": properties, **({"required": required} if required else {})}


def page_of(resource: Resource) -> Schema:
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{name_of(resource)}"}},
            "next": {"type": ["string", "null"], "description": "Address of the next page."},
            "previous": {"type": ["string", "null"]},
            "count": {"type": "integer", "description": "Rows in all, counted up to 1000."},
            "more": {"type": "boolean", "description": "There are more than were counted."},
        },
    }


def filters_of(resource: Resource) -> list[Schema]:
    """The parameters of a list."""
    made = [_parameter("q", "Words to look for, in any script.")] if resource.search else []
    for field in resource.all_fields:
        if not field.filter:
            continue
        if field.kind in {"date", "moment"}:
            made.append(_parameter(field.name, f"{field.title}: a period (2023, 2023-H1, 2023-Q4, 2023-05) or a day."))
            made += [_parameter(f"{field.name}.{end}", f"{field.title}, {end}.") for end in ("from", "to")]
        elif field.kind in {"integer", "number"}:
            made += [_parameter(f"{field.name}{end}", f"{field.title}{end}.") for end in ("", ".min", ".max")]
        else:
            made.append(_parameter(field.name, f"{field.title}; may be repeated.", many=True))
    if resource.position:
        made.append(_parameter("bbox", "west,south,east,north in degrees."))
    made += [
        _parameter("sort", "A field's name; with '-' in front the largest first."),
        _parameter("limit", "Rows on a page, at most 200."),
        _parameter("after", "From `next`; opaque."),
        _parameter("before", "From `previous`; opaque."),
    ]
    return made


def _parameter(name: str, description: str, *, many: bool = False) -> Schema:
    schema: Schema = {"type": "array", "items": {"type": "string"}} if many else {"type": "string"}
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def components(resources: tuple[Resource, ...]) -> Schema:
    """All schemas the description of the API refers to."""
    made: Schema = {"Problem": PROBLEM}
    for resource in resources:
        name = name_of(resource)
        made |= {name: given(resource), f"{name}Page": page_of(resource)}
        if resource.create is not None:
            made[f"{name}New"] = taken(resource, new=True)
        if resource.change is not None:
            made[f"{name}Change"] = taken(resource, new=False)
    return made


def ref(name: str) -> Schema:
    return {"schema": {"$ref": f"#/components/schemas/{name}"}}


def answers(name: str, status: int = 200, *, description: str = "Done.") -> Schema:
    """The responses part of an operation."""
    bad = {"description": "What went wrong.", "content": {"application/problem+json": ref("Problem")}}
    good: Schema = {"description": description}
    if name:
        good["content"] = {"application/json": ref(name)}
    return {str(status): good, "default": bad}


def takes(name: str) -> Schema:
    return {"required": True, "content": {"application/json": ref(name)}}
