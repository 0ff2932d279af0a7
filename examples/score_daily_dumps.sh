#!/usr/bin/env bash
# A folder of daily dumps (2026-05-01.jsonl, 2026-05-02.jsonl.gz, …) into Parquet partitioned by day:
#
#   examples/score_daily_dumps.sh dumps scored
#
# gives scored/day=2026-05-01/sentences.parquet and so on, a row a sentence. Run it every night: days that are complete
# are passed over in a moment, new and changed ones are scored, and a day that was interrupted goes on where it stopped.
# The summary of the run is left in scored/_last_run.json, that of each day beside its Parquet file.
set -euo pipefail
dumps=${1:?say where the dumps are: $0 DUMPS OUT}
out=${2:?say where the Parquet goes: $0 DUMPS OUT}
stance=${STANCE:-$(dirname "$0")/../.venv/bin/stance}
artifact=${ARTIFACT:-$(dirname "$0")/../artifact}

mkdir -p "$out"
"$stance" score "$dumps" "$out/day={stem}/sentences.parquet" \
  --artifact "$artifact" --dedupe --summary "$out/_last_run.json"
