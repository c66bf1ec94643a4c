# Sourced by run.sh, test.sh and deps.sh: steps on the screen, and one clear sentence when one fails. POSIX sh.
# Needs $log, a file that takes what the commands say.

tty=
if [ -t 1 ]; then tty=yes; fi

say() { printf '%s\n' "$*"; }

# fail SENTENCE: the last thing a person reads.
fail() {
  printf '\nLongview: %s\n' "$*" >&2
  exit 1
}

# done_already TEXT: the line of a step that has nothing to do.
done_already() { say "  ok  $*"; }

# step TITLE PROGRESS COMMAND…: runs COMMAND with its output in $log and one line on the screen. PROGRESS is a function
# that prints in a few characters how far it is. COMMAND stays in the foreground, so Ctrl+C reaches it.
step() {
  step_title=$1 step_progress=$2
  shift 2
  step_start=$(date +%s)
  : >"$log"
  if [ ! "$tty" ]; then printf '  ..  %s' "$step_title"; fi
  ticker 9>&- &
  ticker_id=$!
  step_status=0
  "$@" >>"$log" 2>&1 </dev/null || step_status=$?
  stop_ticker
  step_seconds=$(($(date +%s) - step_start))
  if [ "$step_status" = 0 ]; then
    if [ "$tty" ]; then printf '\r\033[K  ok  %s (%s s)\n' "$step_title" "$step_seconds"; else say " ok ($step_seconds s)"; fi
  else
    if [ "$tty" ]; then printf '\r\033[K  !!  %s\n' "$step_title"; else say " failed"; fi
    explain_and_fail
  fi
}

# A terminal gets one line that changes, a file one line that grows.
ticker() {
  ticks=0 shown=
  while sleep 1; do
    ticks=$((ticks + 1))
    if [ "$tty" ]; then
      printf '\r\033[K  ..  %s  %s' "$step_title" "$("$step_progress" | cut -c1-40)"
    elif [ $((ticks % 10)) = 0 ]; then
      now=$("$step_progress" | cut -c1-40)
      if [ "$now" = "$shown" ]; then printf ' .'; else printf ' %s' "$now"; fi
      shown=$now
    fi
  done
}

ticker_id=
stop_ticker() {
  if [ "$ticker_id" ]; then
    kill "$ticker_id" 2>/dev/null || :
    wait "$ticker_id" 2>/dev/null || :
    ticker_id=
  fi
}
trap stop_ticker EXIT
exec 8>&2 # a step that is a function runs with its output in the log, and so would the trap
trap 'stop_ticker; printf "\nLongview: interrupted; the same command goes on from here.\n" >&8; exit 130' INT TERM HUP

# What PROGRESS can be.
progress_ninja() { grep -o '^\[[0-9]*/[0-9]*\]' "$log" | tail -n 1; }
progress_apt() { # each new package is fetched, unpacked and set up
  awk '/ newly installed/ { total = 3 * $3; lines = 0 } /^(Get:|Unpacking |Setting up )/ { ++lines }
    END { if (total) printf "%d %%\n", lines < total ? 100 * lines / total : 100 }' "$log"
}
progress_downloads() { du -sm "$downloads" 2>/dev/null | sed 's/[^0-9].*/ MB/'; }
progress_none() { :; }

log_has() { grep -qiE "$1" "$log"; }

# Turns the log of a failed step into one sentence about its cause.
explain_and_fail() {
  if log_has "no space left on device|don't have enough free space"; then
    fail "$step_title failed because the disk is full; free some space and run the same command again."
  elif log_has 'do not match the hashes|computed checksum did not match'; then
    fail "$step_title failed because a downloaded file is not the one expected (its hash differs); details: $log"
  elif log_has 'could not get lock|unable to acquire the dpkg'; then
    fail "$step_title failed because another program is installing packages; wait for it and run the same command again."
  elif log_has 'failure (in name )?resol|could not resolve|name or service not known|network is unreachable|unable to connect|could not connect|failed to establish a new connection|(connection|connect|read) ?timed ?out|connection refused|cannot initiate the connection'; then
    fail "$step_title needs the network, and it cannot be reached; connect and run the same command again (details: $log)."
  elif log_has 'killed signal terminated|out of memory|cannot allocate memory'; then
    fail "$step_title ran out of memory (each compiler needs up to 3 GB); close programs and run the same command again."
  fi
  tail -n 25 "$log" >&2
  fail "$step_title failed; its last lines are above, all of them in $log"
}

# need_space FOLDER MEGABYTES PURPOSE
need_space() {
  space_at=$1
  while [ ! -d "$space_at" ]; do space_at=$(dirname "$space_at"); done
  space_free=$(df -Pk "$space_at" | awk 'NR == 2 { print int($4 / 1024) }')
  [ "$space_free" -ge "$2" ] ||
    fail "$3 needs $2 MB in $space_at and only $space_free MB are free; make room and run the same command again."
}
