# Sourced by run.sh: the main job on real documents, in a window or, without a display, on paper.

demo=$data/demo
demo_project=$demo/demo.longview

make_corpus() { $python "$packaging/demo/make_corpus.py" "$demo" && printf '%s\n' "$1" >"$demo/version"; }
make_plan() { $python "$packaging/demo/plan.py" "$cli" "$demo"; }

# Made once: a later call finds the same files and goes on with the same runs. Newer scripts make a newer demo.
prepare_demo() {
  mkdir -p "$demo"
  version=$(cat "$packaging/demo/make_corpus.py" "$packaging/demo/plan.py" | sha256sum | cut -c1-16)
  if [ "$(cat "$demo/version" 2>/dev/null)" != "$version" ]; then
    rm -f "$demo/jobs.json"
    step "Making the demo's documents from the Perl manual" progress_none make_corpus "$version"
  fi
  if [ ! -e "$demo/jobs.json" ]; then
    step "Forecasting, to choose how many pairs to score" progress_none make_plan
  fi
  done_already "Demo: $(cat "$demo/plan.txt")"
}

# In the order of the queue that the window would work through.
score_demo() {
  while read -r dataset pairs file; do
    say ""
    say "Scoring $dataset ($pairs pairs in each document)"
    "$cli" score "$file" --project "$demo_project" --dataset "$dataset" --pairs "$pairs" </dev/null
  done <"$demo/jobs.txt"
}

# The heatmap of the best essay, and of the one that has many pairs.
draw_demo() {
  best=$("$cli" list "$demo_project" --dataset perl-manual --sort lds_mean --limit 1 --format jsonl |
    $python -c 'import json, sys; print(json.loads(sys.stdin.readline())["id"])')
  looked=$($python -c 'import json, sys; print(json.loads(sys.stdin.readline())["id"])' <"$demo/closer-look.jsonl")
  figure_dataset=perl-manual
  for id in "$best" "$looked"; do
    [ "$id" != "$looked" ] || figure_dataset=closer-look
    "$gui" --figure heatmap --document "$id" --dataset "$figure_dataset" --out "$demo/heatmap-$id.png" "$demo_project"
  done
}

report_demo() {
  for dataset in perl-manual stitched closer-look; do
    say ""
    say "Dataset $dataset, best first:"
    "$cli" list "$demo_project" --dataset "$dataset" --sort lds_mean
  done
  draw_demo
  "$cli" export "$demo_project" --dataset perl-manual --top 50% --out "$demo/best-half.jsonl"
  say ""
  say "Heatmap of the best essay:        $demo/heatmap-$best.png"
  say "Heatmap of one with many pairs:   $demo/heatmap-$looked.png"
  say "The better half as JSONL:         $demo/best-half.jsonl"
  say "The project, for the window:      $demo_project"
}
