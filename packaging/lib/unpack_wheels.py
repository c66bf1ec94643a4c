"""unpack_wheels.py FOLDER TARGET PATTERN...: what the patterns name out of every wheel in FOLDER, laid out under TARGET as in
site-packages. Says which pattern matched nothing: then the wheels are not the ones expected."""
import fnmatch
import pathlib
import sys
import zipfile


def main():
    folder, target, patterns = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]
    unused = set(patterns)
    for wheel in sorted(folder.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                matching = [p for p in patterns if fnmatch.fnmatchcase(name, p)]
                if matching:
                    unused.difference_update(matching)
                    print(archive.extract(name, target))
    if unused:
        sys.exit(f"no wheel in {folder} holds {', '.join(sorted(unused))}")


main()
