"""The permission matrix: which role may do what, read from ``permissions.toml``."""

import tomllib
from dataclasses import dataclass
from functools import cache

from victim_support.core.paths import PACKAGE

MATRIX_FILE = PACKAGE / "permissions.toml"


@dataclass(frozen=True)
class Permission:
    """One line of the matrix."""

    name: str
    label: str
    roles: frozenset[str]
    grants: frozenset[str]


@dataclass(frozen=True)
class Matrix:
    """Roles, grants and permissions by their names."""

    roles: dict[str, str]
    grants: dict[str, str]
    permissions: dict[str, Permission]

    def of(self, role: str | None, grants: frozenset[str] = frozenset()) -> frozenset[str]:
        """Return the names of all permissions of a role and of grants; unknown ones give none."""
        return frozenset(
            permission.name
            for permission in self.permissions.values()
            if role in permission.roles or permission.grants & grants
        )

    def label(self, permission: str) -> str:
        """Return the Japanese name of a permission."""
        return self.permissions[permission].label


class MatrixError(Exception):
    """``permissions.toml`` names a role or grant that it does not define."""


@cache
def matrix() -> Matrix:
    """Return the permission matrix.

    Raises:
        MatrixError: A permission is given to an unknown role or grant.
    """
    data = tomllib.loads(MATRIX_FILE.read_text(encoding="utf-8"))
    permissions = {
        name: Permission(
            name, line["label"], frozenset(line["roles"]), frozenset(line.get("grants", ()))
        )
        for name, line in data["permissions"].items()
    }
    for permission in permissions.values():
        unknown = (permission.roles - data["roles"].keys()) | (
            permission.grants - data["grants"].keys()
        )
        if unknown:
            message = f"{permission.name}: {', '.join(sorted(unknown))}"
            raise MatrixError(message)
    return Matrix(data["roles"], data["grants"], permissions)
