"""plan.py LONGVIEW-CLI FOLDER: how many pairs the demo scores, from the program's own forecasts for this machine, so that
all of it takes about BUDGET seconds. Writes FOLDER/jobs.json (what the window is given), FOLDER/jobs.txt (dataset, pairs and
file, a line each) and FOLDER/plan.txt (one sentence for people)."""
import json
import os
import pathlib
import subprocess
import sys

BUDGET = 200  # seconds
SEGMENT = 128
# The two datasets that are compared may take three quarters of it; 16 pairs are the fewest that give an error bar.
COMPARED = [160, 144, 128, 112, 96, 64, 48, 40, 32, 24, 16]
CLOSER = ["all", 256, 192, 160, 128, 96, 64]


def main():
    cli, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    project = folder / "demo.longview"

    def seconds(name, pairs):
        command = [cli, "score", folder / f"{name}.jsonl", "--project", project, "--dataset", name, "--pairs", str(pairs),
                   "--segment-length", str(SEGMENT), "--dry-run", "--json"]
        answer = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        return json.loads(answer)["seconds"]

    def most(choices, budget, cost):
        """The most pairs that the budget allows, else the fewest there are, and what they cost."""
        for pairs in choices:
            needed = cost(pairs)
            if needed <= budget:
                break
        return pairs, needed

    both, compared = most(COMPARED, BUDGET * 3 / 4, lambda pairs: seconds("perl-manual", pairs) + seconds("stitched", pairs))
    many, closer = most(CLOSER, BUDGET * 1.05 - compared, lambda pairs: seconds("closer-look", pairs))

    jobs = [(name, pairs) for name, pairs in [("perl-manual", both), ("stitched", both), ("closer-look", many)]]
    everyone = "all pairs" if many == "all" else f"{many} pairs"
    sentence = (f"12 essays of the Perl manual and 12 stitched texts with {both} pairs each, one essay with {everyone}: "
                f"about {round(compared + closer)} seconds by the program's own forecast")

    def write(name, text):
        partial = folder / f"{name}.partial"
        partial.write_text(text, encoding="utf-8")
        os.replace(partial, folder / name)

    write("plan.txt", sentence + "\n")
    write("jobs.txt", "".join(f"{name} {pairs} {folder / name}.jsonl\n" for name, pairs in jobs))
    write("jobs.json", json.dumps([{"inputs": [str(folder / f"{name}.jsonl")], "dataset": name, "pairs": pairs,
                                    "segment_length": SEGMENT} for name, pairs in jobs], indent=1) + "\n")


main()
