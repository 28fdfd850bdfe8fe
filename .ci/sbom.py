"""What a wheel is built of, as a CycloneDX document: python .ci/sbom.py dist/NAME.whl [--extra server] [--output FILE]

Knows the wheel's requirements, the distributions installed here that meet them, their versions and licences, and who requires
whom. The document is the same bytes for the same wheel and the same installed versions: it holds no time, no random number, and
no name of a machine or folder. Anything that is required and not here, or here in a version that is not allowed, is an error.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import zipfile
from collections.abc import Iterable
from email.parser import Parser
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LICENCES = LicenseFactory()
CLASSIFIER = "License :: "


def document(wheel: Path, extras: Iterable[str] = ()) -> str:
    """The document of a wheel, valid under the schema of CycloneDX 1.6. Ends the program where it can not be made."""
    told = _metadata(wheel)
    root = _component(told, ComponentType.APPLICATION, [HashType(alg=HashAlgorithm.SHA_256, content=_digest(wheel))])
    bom = Bom(metadata=BomMetaData(component=root))
    known: dict[str, Component] = {}
    below: dict[str, set[str]] = {"": set()}
    seen: set[tuple[str, str]] = set()
    work = [("", told, extra) for extra in ("", *extras)]
    while work:
        above, metadata, extra = work.pop()
        for requirement in _required(metadata, extra):
            name = str(canonicalize_name(requirement.name))
            mine = _installed(requirement)
            known.setdefault(name, _component(mine, ComponentType.LIBRARY))
            below.setdefault(name, set())
            below[above].add(name)
            new = [(name, one) for one in ("", *requirement.extras) if (name, one) not in seen]
            seen.update(new)
            work += [(name, mine, one) for _, one in new]
    bom.components.update(known.values())
    for name, names in below.items():
        bom.register_dependency(known.get(name, root), [known[one] for one in names])
    bom.serial_number = bom.metadata.timestamp = None  # type: ignore[assignment]  # the library makes up both
    text = JsonV1Dot6(bom).output_as_string(indent=1) + "\n"
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong is not None:
        raise SystemExit(f"the document is not valid: {wrong}")
    return text


def _metadata(wheel: Path) -> Any:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (one for one in archive.namelist() if one.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def _digest(wheel: Path) -> str:
    return hashlib.sha256(wheel.read_bytes()).hexdigest()


def _required(metadata: Any, extra: str) -> list[Requirement]:
    """What a distribution requires on this system: without an extra, or what one adds."""
    every = [Requirement(text) for text in metadata.get_all("Requires-Dist") or ()]
    always = [one for one in every if one.marker is None or one.marker.evaluate({"extra": ""})]
    if not extra:
        return always
    return [one for one in every if one not in always and one.marker and one.marker.evaluate({"extra": extra})]


def _installed(requirement: Requirement) -> Any:
    try:
        found = distribution(requirement.name)
    except PackageNotFoundError:
        raise SystemExit(f"{requirement} is required and is not installed here: install the wheel first") from None
    if not requirement.specifier.contains(found.version, prereleases=True):
        raise SystemExit(f"{requirement} is required, and {found.version} is installed here: install the wheel first")
    return found.metadata


def _component(metadata: Any, kind: ComponentType, hashes: Iterable[HashType] = ()) -> Component:
    name, version = canonicalize_name(metadata["Name"]), metadata["Version"]
    purl = PackageURL("pypi", name=name, version=version)
    return Component(
        name=name,
        version=version,
        type=kind,
        purl=purl,
        bom_ref=purl.to_string(),
        licenses=_licences(metadata),
        hashes=hashes,
    )


def _licences(metadata: Any) -> list[License]:
    """What a distribution says of its licence: an expression, else its name, else its classifiers."""
    if metadata["License-Expression"]:
        return [LICENCES.make_from_string(metadata["License-Expression"])]
    told = metadata["License"] or ""
    if told and len(told.splitlines()) == 1:  # some write out the whole text here
        return [LICENCES.make_from_string(told)]
    classifiers = metadata.get_all("Classifier") or ()
    return [LICENCES.make_with_name(one.rsplit(" :: ", 1)[-1]) for one in classifiers if one.startswith(CLASSIFIER)]


def main() -> None:
    """Write the document to a file or to standard output."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--extra", action="append", default=[], help="an extra of the wheel; again for more")
    parser.add_argument("--output", type=Path, help="where to write it; else standard output")
    asked = parser.parse_args()
    text = document(asked.wheel, asked.extra)
    if asked.output:
        asked.output.write_bytes(text.encode())
    else:
        sys.stdout.buffer.write(text.encode())


if __name__ == "__main__":
    main()
