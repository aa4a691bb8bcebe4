#!/bin/sh
# Closed cases of three years straight in the tables (generated, with a seed and planted changes), then the same questions
# by roll-up, by SQL over the facts and by DuckDB, side by side: medians, quartiles and p95. Before that: how long it
# takes to count everything anew, and what the figures cost a closing.
#
#   bench/trend.sh [closed cases]        1000000 unless said; of more, facts alone are made beyond the million (8 GB for 10000000)
#
# Needs a JDK and Maven. TREND holds options: -Dseed=1, -Drounds=200, -Dslow-rounds=20, -Dclosings=500. Leaves its files in
# target/bench-trend.
set -eu
cd "$(dirname "$0")/.."
out=target/bench-trend
mkdir -p "$out"
mvn -q test-compile dependency:build-classpath -Dmdep.outputFile="$out/classpath"
# shellcheck disable=SC2086
exec java -Duser.timezone=UTC ${TREND:-} -cp "target/test-classes:target/classes:$(cat "$out/classpath")" \
  org.servicerecovery.trend.TrendBench "$@"
