"""What the scripts beside this one share: running programs, medians, and the tables of performance.md."""
import json
import statistics
import subprocess
import sys


def run_json(command):
    """The last line a program prints, as JSON; ends with what it said where it fails."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    if done.returncode != 0 or not done.stdout.strip():
        sys.exit(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])


def spread(values, digits=3):
    """Median, and in brackets the lowest and the highest."""
    def short(value):
        return f"{value:.{digits}g}"
    middle = short(statistics.median(values))
    return middle if len(values) == 1 else f"{middle} ({short(min(values))} to {short(max(values))})"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def replace_marked(path, name, text):
    """Puts `text` between the comments "measured: NAME" and "end of NAME" of a page; they must be there."""
    first, last = f"<!-- measured: {name} -->", f"<!-- end of {name} -->"
    with open(path, encoding="utf-8") as file:
        page = file.read()
    if page.count(first) != 1 or page.count(last) != 1:
        sys.exit(f"{path} must hold the lines {first} and {last} once")
    before, rest = page.split(first)
    after = rest.split(last)[1]
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{before}{first}\n\n{text}\n\n{last}{after}")
