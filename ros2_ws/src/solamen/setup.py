"""The ROS door: the library and its files, where `ros2 run` and `ros2 launch` look for them."""

from pathlib import Path

from setuptools import find_packages, setup

NAME = "solamen"
SHARE = f"share/{NAME}"
FOLDERS = ("launch", "config", "urdf", "sim")  # links to the folders of the same name at the root


def files_below(folder: Path) -> list[tuple[str, list[str]]]:
    """All files of a folder, each with the place where it is installed."""
    folders = [folder, *(path for path in sorted(folder.rglob("*")) if path.is_dir() and path.name != "__pycache__")]
    return [
        (f"{SHARE}/{place}", [str(path) for path in sorted(place.iterdir()) if path.is_file()]) for place in folders
    ]


setup(
    name=NAME,
    version="0.1.0",
    description="A control stack for empathic companion robots",
    license="Apache-2.0",
    maintainer="Solamen maintainers",
    maintainer_email="noreply@solamen.invalid",
    packages=find_packages(include=[NAME, f"{NAME}.*"]),
    package_data={"": ["py.typed", "*.html", "weights/*", "persons/*", "heads/*"]},
    data_files=[
        ("share/ament_index/resource_index/packages", [f"resource/{NAME}"]),
        (SHARE, ["package.xml"]),
        # Not console scripts: with pip those land in bin/, where ROS does not look.
        (f"lib/{NAME}", [str(path) for path in sorted(Path("scripts").iterdir())]),
        *(entry for folder in FOLDERS for entry in files_below(Path(folder))),
    ],
    install_requires=["setuptools"],
    extras_require={"test": ["pytest"]},
    entry_points={"console_scripts": [f"{NAME} = {NAME}.cli:main"]},
    zip_safe=False,
)
