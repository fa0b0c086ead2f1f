"""Tells the type checker that every request carries a viewer (web.middleware puts it there)."""

from collections.abc import Callable

from mypy.nodes import MDEF, MypyFile, SymbolTableNode, TypeInfo, Var
from mypy.plugin import ClassDefContext, Plugin
from mypy.types import AnyType, Instance, Type, TypeOfAny

REQUEST = "django.http.request.HttpRequest"
VIEWER = "throughline.kernel.access.viewer"


class ViewerPlugin(Plugin):
    def get_additional_deps(self, file: MypyFile) -> list[tuple[int, str, int]]:
        return [(10, VIEWER, -1)] if file.fullname == "django.http.request" else []

    def get_customize_class_mro_hook(self, fullname: str) -> Callable[[ClassDefContext], None] | None:
        return add_viewer if fullname == REQUEST else None


def add_viewer(context: ClassDefContext) -> None:
    found = context.api.lookup_fully_qualified_or_none(f"{VIEWER}.Viewer")
    viewer: Type = AnyType(TypeOfAny.special_form)
    if found is not None and isinstance(found.node, TypeInfo):
        viewer = Instance(found.node, [])
    info = context.cls.info
    variable = Var("viewer", viewer)
    variable.info = info
    variable._fullname = f"{REQUEST}.viewer"
    info.names["viewer"] = SymbolTableNode(MDEF, variable, plugin_generated=True)


def plugin(_version: str) -> type[Plugin]:
    return ViewerPlugin
