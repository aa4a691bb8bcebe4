#!/bin/sh
# How many credits and refunds go through their whole lifecycle in a second (offered over HTTP, judged by the policy,
# reserved, paid by the sandbox without delay, settled), and beside it the same rows in the same commits by plain JDBC.
#
#   bench/money.sh [count]        1000 of each unless said
#
# Needs a JDK and Maven. Leaves its files in target/bench-money.
set -eu
cd "$(dirname "$0")/.."
out=target/bench-money
mkdir -p "$out"
mvn -q test-compile dependency:build-classpath -Dmdep.outputFile="$out/classpath"
exec java -Duser.timezone=UTC -cp "target/test-classes:target/classes:$(cat "$out/classpath")" \
  org.servicerecovery.compensation.MoneyBench "$@"
