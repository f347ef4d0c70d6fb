#!/bin/sh
# Tests the launcher from outside: where it works from, what it passes on, what it says where.
# $1: the repository's root, built.
set -u

root=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

expect() {
  if [ "$2" = "$3" ]; then
    echo "  ok: $1"
  else
    echo "  FAILED: $1: expected '$3', got '$2'"
    failed=1
  fi
}

export STRONGROOM_HOME="$work/home"

# Whatever is stale is built and rehearsed before anything is measured.
"$root/strongroom" --version >/dev/null || exit 1

cd "$work" || exit 1
"$root/strongroom" --version >out 2>err
expect "a second start says nothing of its own" "$(cat err)" ""

ln -s "$root/strongroom" link
expect "a symbolic link from another directory works" "$(./link --version)" "$(cat out)"

JAVA_HOME=/usr/lib/jvm/java-17-openjdk-amd64 "$root/strongroom" --version >out2 2>err
expect "an old JAVA_HOME is passed over" "$(cat out2)" "$(cat out)"

"$root/strongroom" inspect "no such file" >out 2>err
expect "exit status 1 comes through" "$?" 1
expect "an argument with spaces stays one" "$(cat err)" "strongroom: the model no such file does not exist"

"$root/strongroom" frobnicate >out 2>err
expect "exit status 2 comes through" "$?" 2
expect "a refusal leaves standard output alone" "$(wc -c <out | tr -d ' ')" 0

JAVA_TOOL_OPTIONS=-Xlog:aot "$root/strongroom" demo --json >out 2>err
expect "demo --json ends with 0" "$?" 0
expect "demo --json prints one object, from its first byte" "$(head -c 1 out)" "{"
expect "demo --json prints one object, to its last line" "$(tail -n 1 out)" "}"
expect "demo --json holds one object only" "$(grep -c '^}' out)" 1

# The tour of README.md, word for word but for where things lie.
awk '/^```sh$/ { on = 1; next } /^```$/ { on = 0 } on' "$root/README.md" |
  sed "s|\\./strongroom|\"$root/strongroom\"|; s|MODEL=cli|MODEL=$root/cli|" >tour.sh
sh -e tour.sh >out 2>err
expect "the tour of README.md ends with 0" "$?" 0
expect "the tour runs the sealed model" "$(grep -c '^output .*float32' out)" 1

mkdir -p bare/cli/src/main/sh
cp "$root/strongroom" bare/strongroom
cp "$root/cli/src/main/sh/find-jdk.sh" bare/cli/src/main/sh/
: >bare/pom.xml
mkdir bin
for tool in sh dirname find head sed readlink mkdir rm grep tail flock mv cat ls; do
  ln -s "$(command -v $tool)" "bin/$tool"
done
PATH="$work/bin" JAVA_HOME='' bare/strongroom --version >out 2>err
expect "without Maven and a build it ends with 1" "$?" 1
expect "without Maven it says what to do" "$(grep -c 'install it' err)" 1

if [ $failed -eq 0 ]; then
  echo "launcher: all passed"
else
  echo "launcher: FAILED"
fi
exit $failed
