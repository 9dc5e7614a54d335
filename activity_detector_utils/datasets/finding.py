"""Find the file of a data set, download it, check it."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from ..base import settings
from ..base.errors import ToolkitError


@dataclass(frozen=True)
class Source:
    """One file that a data set needs, and where it comes from.

    `files` are the names accepted in `folder`; a download gets the first. `sha256` holds the
    known checksums; a download must have the first.
    """

    name: str
    folder: str
    files: tuple
    url: str
    sha256: tuple

    @property
    def command(self):
        return f"activity-detector data fetch {self.name}"


def find(source):
    """Path of the first match in the folders of `settings.data_folders`, or None."""
    for folder in settings.data_folders():
        for file in source.files:
            path = folder / source.folder / file
            if path.exists():
                return path
    return None


def find_or_download(source):
    """Path of the file, downloaded if it is not there and downloads are allowed.

    Raises
    ------
    MissingFile
        If it is not there and cannot be downloaded.
    ToolkitError
        If the download has a wrong checksum.
    """
    path = find(source)
    if path is not None:
        return path
    if settings.offline():
        raise missing(source, "COURSE_OFFLINE=1 forbids downloads")
    if settings.fast_mode():
        raise missing(source, "COURSE_FAST=1 starts no downloads")
    return download(source)


def fetch_and_check(source, check):
    """Path of a file that passes `check`; a damaged one in ``data/`` is downloaded again."""
    path = find(source)
    if path is not None:
        try:
            check(path)
            return path
        except (ValueError, FileNotFoundError):
            if not path.is_relative_to(settings.cache_folder()):
                raise  # somebody else's folder is not ours to mend
    if settings.offline():
        raise missing(source, "COURSE_OFFLINE=1 forbids downloads")
    path = download(source)
    check(path)
    return path


def download(source):
    """Download to ``data/`` with a progress bar; an interrupted download leaves nothing."""
    import pooch
    import requests

    pooch.get_logger().setLevel("WARNING")
    folder = settings.cache_folder() / source.folder
    try:
        path = pooch.retrieve(
            source.url,
            known_hash=f"sha256:{source.sha256[0]}",
            fname=source.files[0],
            path=folder,
            downloader=pooch.HTTPDownloader(progressbar=True),
        )
    except requests.RequestException as problem:
        raise missing(source, f"its download failed: {problem}") from problem
    except ValueError as problem:
        raise ToolkitError(
            f"the download of {source.url} has a wrong checksum, so it was thrown away;"
            f" try again with `{source.command}`"
        ) from problem
    return Path(path)


def missing(source, reason):
    """The one error for a data set that is not there."""
    searched = ", ".join(str(folder / source.folder) for folder in settings.data_folders())
    names = " or ".join(repr(file) for file in source.files)
    return FileNotFoundError(
        f"{source.name} is not here ({reason}). Searched {searched} for {names}."
        f" Fetch it with `{source.command}`, or by hand from {source.url}"
        f" into {settings.cache_folder() / source.folder}"
    )


def check_sha256(path, known, advice):
    """Raise ValueError unless the file's checksum is one of those known."""
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found not in known:
        raise ToolkitError(
            f"{path} is not the file that it should be (half a download, or another version):"
            f" its sha256 is {found}, wanted {' or '.join(known)}; {advice}"
        )
