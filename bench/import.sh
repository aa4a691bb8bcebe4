#!/bin/sh
# The import's long proof: makes a CSV of many complaints, imports it twice into a running application with a small heap,
# and prints rows a second and the importer's live heap over time.
#
#   SERVICE_RECOVERY_PASSWORD=… bench/import.sh http://127.0.0.1:8080 <user> [rows]
#
# Needs target/service-recovery-*.jar (mvn -DskipTests package) and a JDK. Leaves its files in target/bench-import.
set -eu
url=$1
user=$2
rows=${3:-100000}
cd "$(dirname "$0")/.."
jar=$(ls target/service-recovery-*.jar | grep -v -e sources -e original | head -n 1)
out=target/bench-import
mkdir -p "$out"
csv=$out/complaints-$rows.csv

# Complaints of our own under the mapping cfpb's columns; every third has a text over several lines.
awk -v rows="$rows" -v run="$(date +%s)" 'BEGIN {
  print "Date received,Product,Sub-product,Issue,Sub-issue,Consumer complaint narrative,State,Tags,Company response to consumer,Timely response?,Complaint ID"
  split("Heating,Plumbing,Appliances,Windows,Garden", product, ",")
  split("Nobody came,Came late,Repair failed,Wrong invoice,Left a mess", issue, ",")
  long = "They said between eight and twelve, and I waited until three. "
  for (i = 0; i < 5; i++) long = long long
  for (i = 1; i <= rows; i++) {
    words = i % 3 ? "" : "\"First visit:\n" substr(long, 1, 200 + (i * 37) % 1600) "\n\nHe said \"\"tomorrow\"\".\""
    printf "%d/%d/%d,%s,,%s,,%s,OR,,%s,%s,%d\r\n", 2019 + i % 5, 1 + i % 12, 1 + i % 28, product[1 + i % 5],
      issue[1 + i % 7 % 5], words, i % 9 ? "Closed with explanation" : "Closed with relief", i % 50 ? "Yes" : "No", run % 100000 * 1000000 + i
  }
}' > "$csv"
echo "$rows rows, $(du -h "$csv" | cut -f 1)"

for round in first second; do
  echo "== $round run"
  java -Xmx512m -jar "$jar" import --file "$csv" --mapping cfpb --url "$url" --user "$user" \
    --report "$out/report-$round.csv" > "$out/$round.txt" 2>&1 &
  importer=$!
  seconds=0
  while kill -0 "$importer" 2> /dev/null; do
    sleep 5
    seconds=$((seconds + 5))
    if [ $((seconds % 30)) -eq 0 ] && kill -0 "$importer" 2> /dev/null; then
      # After a full collection: what is left is what the import really holds.
      jcmd "$importer" GC.run > /dev/null 2>&1 || continue
      jcmd "$importer" GC.heap_info 2> /dev/null |
        awk -v s="$seconds" '/used/ && !done { match($0, /used [0-9]+K/); print s " s: " int(substr($0, RSTART + 5, RLENGTH - 6) / 1024) " MiB live"; done = 1 }' || true
    fi
  done
  code=0
  wait "$importer" || code=$?
  cat "$out/$round.txt"
  echo "exit code $code"
done
