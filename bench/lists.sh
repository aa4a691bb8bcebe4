#!/bin/sh
# How long Tasklist's ready lists and the Case tab's data take with many open tasks, as the browser asks for them, and
# beside each list the engine's own task query (page and count) for the same tasks.
#
#   bench/lists.sh [open tasks]        100000 unless said
#
# Needs a JDK and Maven. LISTS holds options: -Drequests=200 (each; a fifth of them of the engine), -Dagain=true (with the tasks of the last run),
# -Dexplain=true (plans of slow statements go to target/bench-lists/log). Leaves its files in target/bench-lists.
set -eu
cd "$(dirname "$0")/.."
out=target/bench-lists
mkdir -p "$out"
mvn -q test-compile dependency:build-classpath -Dmdep.outputFile="$out/classpath"
# shellcheck disable=SC2086
exec java -Duser.timezone=UTC ${LISTS:-} -cp "target/test-classes:target/classes:$(cat "$out/classpath")" \
  org.servicerecovery.web.ListsBench "$@"
